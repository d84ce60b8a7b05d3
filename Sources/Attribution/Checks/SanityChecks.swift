import NeuralNetwork
public import Tensors

/// Whether a map says anything about the network and the class, or only about the image.
///
/// Source: Adebayo et al., "Sanity checks for saliency maps", NeurIPS 2018.
public enum SanityChecks {
    /// Rank correlation of each map with the one that the same method gives for the network with random weights. Near 1
    /// means that the map does not depend on what the network learned.
    public static func againstRandomWeights(
        _ attribution: Attribution, _ images: Tensor, _ focuses: [Focus], by method: any AttributionMethod,
        _ explainer: Explainer, seed: Int
    ) throws -> [Float] {
        let model = explainer.model
        let random = Model(randomlyInitialized: model.network, seed: seed, input: model.input)
        let other = try method.attribute(images, focuses, explainer.asking(random))
        return correlations(attribution, other, isSigned: method.isSigned)
    }

    /// Rank correlation of each map with the one for the most probable other class. Near 1 means that the map does not
    /// depend on the class that it is said to explain.
    public static func againstOtherClass(
        _ attribution: Attribution, _ images: Tensor, _ focuses: [Focus], by method: any AttributionMethod,
        _ explainer: Explainer
    ) throws -> [Float] {
        let others = try explainer.runnersUp(on: images, besides: focuses)
        return correlations(
            attribution, try method.attribute(images, others, explainer), isSigned: method.isSigned)
    }

    private static func correlations(_ first: Attribution, _ second: Attribution, isSigned: Bool) -> [Float] {
        (0..<first.maps.shape[0]).map { row in
            RankCorrelation.of(
                Attribution.summed(first.maps.row(row), isSigned: isSigned).scalars,
                Attribution.summed(second.maps.row(row), isSigned: isSigned).scalars)
        }
    }
}
