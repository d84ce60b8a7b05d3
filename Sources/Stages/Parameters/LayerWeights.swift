import JSONValues
import Pipeline

/// Weights of layers: one number for all, or a list with one for each.
struct LayerWeights: ParameterValue {
    let values: [Double]

    private static let range = 0...1e9

    init(_ value: Double) { values = [value] }

    static var expectation: String { "a number in 0...1e9, or a list with one for each layer" }
    static var schema: JSONValue {
        let number: JSONValue = ["type": "number", "minimum": 0, "maximum": 1e9]
        return ["anyOf": [number, ["type": "array", "items": number, "minItems": 1]]]
    }

    init(json: JSONValue) throws(ParameterError) {
        let values = json.double.map { [$0] } ?? json.array?.compactMap(\.double) ?? []
        guard !values.isEmpty, values.count == json.array?.count ?? 1, values.allSatisfy(Self.range.contains) else {
            throw Self.mismatch(json)
        }
        self.values = values
    }

    var json: JSONValue { values.count == 1 ? .number(values[0]) : .array(values.map(JSONValue.number)) }

    /// Whether there is one for each of so many layers.
    func fit(_ layers: Int) -> Bool { values.count == 1 || values.count == layers }

    subscript(layer: Int) -> Double { values.count == 1 ? values[0] : values[layer] }
}
