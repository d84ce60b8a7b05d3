public import JSONValues

/// Division by the energy of neighbouring channels, as `torch.nn.LocalResponseNorm`.
///
/// `y_c = x_c / (k + alpha / size · Σ x²)^beta`, the sum over the `size` channels around `c`.
///
/// Source: Krizhevsky, Sutskever & Hinton, "ImageNet classification with deep convolutional neural networks", 2012.
public struct LocalResponseNormalization: Layer {
    public static let kind = "local_response_normalization"

    /// Number of channels in the sum; odd.
    public let size: Int
    public let alpha: Double
    public let beta: Double
    public let k: Double

    public init(size: Int, alpha: Double = 1e-4, beta: Double = 0.75, k: Double = 1) {
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k
    }

    public init(settings: LayerSettings) throws(NetworkError) {
        try settings.allow(only: ["size", "alpha", "beta", "k"])
        self.init(
            size: try settings.integer("size", minimum: 1), alpha: try settings.number("alpha", default: 1e-4),
            beta: try settings.number("beta", default: 0.75), k: try settings.number("k", default: 1))
        guard size % 2 == 1 else { throw .wrongSetting(layer: settings.layer, key: "size", expected: "an odd number") }
    }

    public var settings: JSONObject {
        var object = JSONObject()
        object["size"] = .integer(size)
        if alpha != 1e-4 { object["alpha"] = .number(alpha) }
        if beta != 0.75 { object["beta"] = .number(beta) }
        if k != 1 { object["k"] = .number(k) }
        return object
    }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] {
        guard inputs[0].count == 3 else {
            throw .shapeMismatch(layer: "", expected: "[channels, height, width]", found: inputs[0])
        }
        return inputs[0]
    }
}
