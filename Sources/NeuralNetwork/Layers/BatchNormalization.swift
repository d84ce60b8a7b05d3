public import JSONValues

/// Normalisation of each channel, as `torch.nn.BatchNorm2d` and `BatchNorm1d`.
///
/// `y = (x − mean) / √(variance + epsilon) · weight + bias` per channel. Inference takes the running mean and variance;
/// training takes those of the batch (the biased variance) and moves the running ones towards them (the unbiased
/// variance) by `momentum`. Input `[channels, height, width]` or `[channels]`, output alike.
///
/// Source: Ioffe & Szegedy, "Batch normalization", ICML 2015.
public struct BatchNormalization: Layer {
    public static let kind = "batch_normalization"

    public let channels: Int
    public let epsilon: Double
    /// Share of the new batch in the running statistics, 0...1.
    public let momentum: Double

    public init(channels: Int, epsilon: Double = 1e-5, momentum: Double = 0.1) {
        self.channels = channels
        self.epsilon = epsilon
        self.momentum = momentum
    }

    public init(settings: LayerSettings) throws(NetworkError) {
        try settings.allow(only: ["channels", "epsilon", "momentum"])
        self.init(
            channels: try settings.integer("channels", minimum: 1),
            epsilon: try settings.number("epsilon", default: 1e-5),
            momentum: try settings.number("momentum", default: 0.1))
        guard epsilon > 0 else {
            throw .wrongSetting(layer: settings.layer, key: "epsilon", expected: "a number above 0")
        }
    }

    public var settings: JSONObject {
        var object = JSONObject()
        object["channels"] = .integer(channels)
        if epsilon != 1e-5 { object["epsilon"] = .number(epsilon) }
        if momentum != 0.1 { object["momentum"] = .number(momentum) }
        return object
    }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] {
        guard [1, 3].contains(inputs[0].count), inputs[0][0] == channels else {
            throw .shapeMismatch(layer: "", expected: "\(channels) channels", found: inputs[0])
        }
        return inputs[0]
    }

    public var parameters: [ParameterSpecification] {
        [
            ParameterSpecification(name: "weight", shape: [channels], role: .scale),
            ParameterSpecification(name: "bias", shape: [channels], role: .shift),
            ParameterSpecification(name: "running_mean", shape: [channels], role: .runningMean),
            ParameterSpecification(name: "running_var", shape: [channels], role: .runningVariance),
        ]
    }
}
