public import JSONValues

/// While training, sets each element to zero with some probability and scales the others up, as `torch.nn.Dropout`.
///
/// Which elements fall is a function of seed, step, layer and sample alone. In inference it does nothing.
public struct Dropout: Layer {
    public static let kind = "dropout"

    /// Share of the elements that fall, 0..<1.
    public let probability: Double

    public init(probability: Double = 0.5) { self.probability = probability }

    public init(settings: LayerSettings) throws(NetworkError) {
        try settings.allow(only: ["p"])
        probability = try settings.number("p", default: 0.5)
        guard probability >= 0, probability < 1 else {
            throw .wrongSetting(layer: settings.layer, key: "p", expected: "a number in 0..<1")
        }
    }

    public var settings: JSONObject {
        var object = JSONObject()
        if probability != 0.5 { object["p"] = .number(probability) }
        return object
    }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] { inputs[0] }
}
