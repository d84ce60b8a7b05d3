public import NeuralNetwork
public import Tensors

/// The gradient of the score with respect to the pixels, as ReLUs of some kind hand it back.
///
/// With the true gradient it is the saliency map of Simonyan, Vedaldi & Zisserman, "Deep inside convolutional networks",
/// 2014; ``ReLURule`` names the sources of the others. Values are signed: published pictures show their size.
public struct GradientAttribution: AttributionMethod {
    public let rule: ReLURule
    public var isSigned: Bool { false }

    public init(_ rule: ReLURule) { self.rule = rule }

    public func attribute(_ images: Tensor, _ focuses: [Focus], _ explainer: Explainer) throws -> Attribution {
        let maps = RowsInPlace(images.shape)
        try explainer.gradients(
            images.shape[0], { focuses[$0] }, .init(reluRule: rule), fill: images.fill
        ) { sample, gradient, _ in maps.set(sample, gradient) }
        return Attribution(maps: maps.tensor())
    }
}
