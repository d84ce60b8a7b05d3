import NeuralNetwork
import Synchronization
import Tensors

/// Whether a method's maps say anything about the network and the class, or only about the image.
///
/// Both checks tell the rank correlation of a map with another one that the same method gives, and NaN where one of the
/// two is constant. Values are ordered as ``DeletionCurve`` orders them. Source: Adebayo et al., "Sanity checks for
/// saliency maps", NeurIPS 2018.
public final class SanityChecks: Sendable {
    private let method: any AttributionMethod
    private let explainer: Explainer
    private let seed: Int
    /// The first random network, which nearly all images are asked about.
    private let firstRandom = Mutex<Explainer?>(nil)

    /// Random networks that are tried for an image at most.
    public static let draws = 5

    /// - Parameter method: that gave the maps, smoothing and all.
    public init(_ method: any AttributionMethod, _ explainer: Explainer, seed: Int) {
        (self.method, self.explainer, self.seed) = (method, explainer, seed)
    }

    /// With the maps of the network with random weights. Near 1 means that a map does not depend on what the network
    /// learned.
    ///
    /// In a random network a class may never get above a last ReLU, and its map is constant. Then the next seed is
    /// taken, up to ``draws`` times.
    /// - Returns: for each image also the seed of the network that it was compared with, −1 where none was found.
    public func againstRandomWeights(
        _ attribution: Attribution, _ images: NamedImages, _ focuses: [Focus]
    ) throws -> (correlations: [Float], seeds: [Int]) {
        var correlations = [Float](repeating: .nan, count: images.count)
        var seeds = [Int](repeating: -1, count: images.count)
        var open = images.names.indices.filter { row in
            let map = summed(attribution.maps.row(row))
            return map.min() != map.max()
        }
        for draw in 0..<Self.draws where !open.isEmpty {
            let part = Attribution(maps: Tensor.stack(open.map(attribution.maps.row)))
            let found = try self.correlations(
                part, images.chosen(open), open.map { focuses[$0] }, asking: random(draw))
            for (row, correlation) in zip(open, found) where correlation.isFinite {
                (correlations[row], seeds[row]) = (correlation, seed &+ draw)
            }
            open.removeAll { correlations[$0].isFinite }
        }
        return (correlations, seeds)
    }

    /// With the maps for the most probable other class. Near 1 means that a map does not depend on the class that it is
    /// said to explain.
    public func againstOtherClass(
        _ attribution: Attribution, _ images: NamedImages, _ focuses: [Focus]
    ) throws -> [Float] {
        let others = try explainer.runnersUp(on: images.pixels, besides: focuses)
        return try correlations(attribution, images, others, asking: explainer)
    }

    /// With the maps that the method gives for these scores of some network.
    package func correlations(
        _ attribution: Attribution, _ images: NamedImages, _ focuses: [Focus], asking explainer: Explainer
    ) throws -> [Float] {
        let other = try method.attribute(images, focuses, explainer)
        return images.names.indices.map { row in
            RankCorrelation.of(summed(attribution.maps.row(row)), summed(other.maps.row(row)))
        }
    }

    private func summed(_ map: Tensor) -> [Float] { Attribution.summed(map, isSigned: method.isSigned).scalars }

    private func random(_ draw: Int) throws -> Explainer {
        if draw == 0, let first = firstRandom.withLock({ $0 }) { return first }
        let model = explainer.model
        let random = try explainer.asking(
            Model(randomlyInitialized: model.network, seed: seed &+ draw, input: model.input))
        if draw == 0 { firstRandom.withLock { $0 = random } }
        return random
    }
}
