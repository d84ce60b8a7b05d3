public import JSONValues

/// A fully connected layer, as `torch.nn.Linear`: `y = W·x + b`.
///
/// Input `[inputFeatures]`, output `[outputFeatures]`; `weight` is `[outputFeatures, inputFeatures]`.
public struct Linear: Layer {
    public static let kind = "linear"

    public let inputFeatures: Int
    public let outputFeatures: Int
    public let hasBias: Bool

    public init(inputFeatures: Int, outputFeatures: Int, hasBias: Bool = true) {
        self.inputFeatures = inputFeatures
        self.outputFeatures = outputFeatures
        self.hasBias = hasBias
    }

    public init(settings: LayerSettings) throws(NetworkError) {
        try settings.allow(only: ["in_features", "out_features", "bias"])
        self.init(
            inputFeatures: try settings.integer("in_features", minimum: 1),
            outputFeatures: try settings.integer("out_features", minimum: 1),
            hasBias: try settings.boolean("bias", default: true))
    }

    public var settings: JSONObject {
        var object = JSONObject()
        object["in_features"] = .integer(inputFeatures)
        object["out_features"] = .integer(outputFeatures)
        if !hasBias { object["bias"] = .bool(false) }
        return object
    }

    /// One output sees the whole input.
    public var window: Window? { nil }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] {
        guard inputs[0] == [inputFeatures] else {
            throw .shapeMismatch(layer: "", expected: "[\(inputFeatures)]", found: inputs[0])
        }
        return [outputFeatures]
    }

    public var parameters: [ParameterSpecification] {
        let weight = ParameterSpecification(
            name: "weight", shape: [outputFeatures, inputFeatures], role: .weight, fanIn: inputFeatures)
        let bias = ParameterSpecification(name: "bias", shape: [outputFeatures], role: .bias, fanIn: inputFeatures)
        return hasBias ? [weight, bias] : [weight]
    }
}
