public import NeuralNetwork
import Tensors

/// The gradient of the score with respect to the pixels, as ReLUs of some kind hand it back.
///
/// With the true gradient it is the saliency map of Simonyan, Vedaldi & Zisserman, "Deep inside convolutional networks",
/// 2014; ``ReLURule`` names the sources of the others, which change what layers of the kind `relu` hand back and no other
/// kind's. Values are signed: published pictures show their size.
public struct GradientAttribution: AttributionMethod {
    public let rule: ReLURule
    public let caveat: String?
    public var isSigned: Bool { false }
    public var hasChannels: Bool { true }
    public var runsPerImage: Int { 2 }
    public var meaningOfConstant: String {
        "the gradient vanishes: small changes of the pixels leave the score as it is"
    }

    public init(_ rule: ReLURule) { (self.rule, caveat) = (rule, nil) }

    /// - Throws: ``AttributionError`` where no ReLU lies on the way to what is explained, so that the rule changes nothing.
    public init(_ rule: ReLURule, _ focusRule: FocusRule, in network: Network) throws(AttributionError) {
        let onTheWay = network.ancestors(of: [focusRule.node]).sorted().map { network.nodes[$0] }
        guard onTheWay.contains(where: { $0.layer is ReLU }) else {
            throw .noReLU(rule, target: network.nodes[focusRule.node].name)
        }
        let others = onTheWay.filter(\.isOtherActivation)
        self.rule = rule
        caveat = others.first.map { first in
            let more = others.count == 1 ? "" : " and \(others.count - 1) more"
            return "only ReLUs follow the rule; '\(first.name)' (\(type(of: first.layer).kind))\(more) hand back "
                + "the true gradient"
        }
    }

    public func attribute(_ images: NamedImages, _ focuses: [Focus], _ explainer: Explainer) throws -> Attribution {
        let maps = RowsInPlace(images.pixels.shape)
        try explainer.gradients(
            images.count, { focuses[$0] }, .init(reluRule: rule), fill: images.pixels.fill
        ) { sample, gradient, _ in maps.set(sample, gradient) }
        return Attribution(maps: maps.tensor())
    }
}

extension Network.Node {
    /// Whether it bends values as a ReLU does, but is none.
    fileprivate var isOtherActivation: Bool {
        layer is LeakyReLU || layer is Clip || layer is SiLU || layer is Hardswish || layer is Sigmoid || layer is Tanh
    }
}
