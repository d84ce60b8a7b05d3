import JSONValues
import Pipeline

/// Height and width of images in pixels: one number for both, or a list of two.
struct ImageSize: ParameterValue {
    /// `[height, width]`
    let lengths: [Int]

    private static let range = 1...1 << 16

    static var expectation: String { "a whole number in 1...\(range.upperBound), or [height, width]" }
    static var schema: JSONValue {
        let number: JSONValue = [
            "type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound),
        ]
        return ["anyOf": [number, ["type": "array", "items": number, "minItems": 2, "maxItems": 2]]]
    }

    init(json: JSONValue) throws(ParameterError) {
        let lengths = json.int.map { [$0, $0] } ?? json.array?.compactMap(\.int) ?? []
        guard lengths.count == 2, json.array?.count ?? 2 == 2, lengths.allSatisfy(Self.range.contains) else {
            throw Self.mismatch(json)
        }
        self.lengths = lengths
    }

    /// Written in full, so that two ways of saying the same have the same key.
    var json: JSONValue { .array(lengths.map(JSONValue.integer)) }
}
