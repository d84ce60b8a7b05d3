public import JSONValues

/// The settings of one layer in a network file, read key by key; what was not asked for is a mistake.
public struct LayerSettings {
    /// How the layer is called in messages: its dotted name.
    public let layer: String
    private let values: JSONObject
    private let recorder: SettingsRecorder?

    public init(layer: String, _ values: JSONObject) {
        self.layer = layer
        self.values = values
        recorder = nil
    }

    /// Without values: whoever reads these settings tells what it reads. What must be given is its minimum.
    init(recordedBy recorder: SettingsRecorder) {
        layer = ""
        values = JSONObject()
        self.recorder = recorder
    }

    /// A whole number of at least `minimum`.
    public func integer(_ key: String, default fallback: Int? = nil, minimum: Int = 0) throws(NetworkError) -> Int {
        recorder?.note(key, Self.integerSchema(minimum), default: fallback.map { .integer($0) })
        guard let value = values[key] else {
            guard let fallback = fallback ?? (recorder == nil ? nil : minimum) else {
                throw .missingSetting(layer: layer, key: key)
            }
            return fallback
        }
        guard let number = value.int, number >= minimum, number <= Self.largest else {
            throw .wrongSetting(layer: layer, key: key, expected: "a whole number in \(minimum)...\(Self.largest)")
        }
        return number
    }

    /// Height and width: one number for both, or a list of two.
    public func pair(_ key: String, default fallback: Int? = nil, minimum: Int = 0) throws(NetworkError) -> [Int] {
        guard let list = values[key]?.array else {
            let number = try integer(key, default: fallback, minimum: minimum)
            recorder?.note(key, Self.listSchema(minimum, counts: 2), default: fallback.map { .integer($0) })
            return [number, number]
        }
        let numbers = list.compactMap(\.int).filter { $0 >= minimum && $0 <= Self.largest }
        guard list.count == 2, numbers.count == 2 else {
            throw .wrongSetting(
                layer: layer, key: key, expected: "a whole number, or a list of two, in \(minimum)...\(Self.largest)")
        }
        return numbers
    }

    /// Rows and columns around a map: one number for all sides, a list of two (above and below, left and right), or of
    /// four (top, left, bottom, right).
    /// - Returns: `[top, left]` and `[bottom, right]`.
    public func padding(_ key: String) throws(NetworkError) -> (leading: [Int], trailing: [Int]) {
        guard let list = values[key]?.array, list.count == 4 else {
            let pair = try pair(key, default: 0)
            recorder?.note(key, Self.listSchema(0, counts: 2, 4), default: 0)
            return (pair, pair)
        }
        let numbers = list.compactMap(\.int).filter { 0...Self.largest ~= $0 }
        guard numbers.count == 4 else {
            throw .wrongSetting(
                layer: layer, key: key, expected: "a list of whole numbers in 0...\(Self.largest)")
        }
        return (Array(numbers[..<2]), Array(numbers[2...]))
    }

    /// A finite number, or `nil` where there is none.
    public func optionalNumber(_ key: String) throws(NetworkError) -> Double? {
        recorder?.note(key, ["type": "number"], default: .null)
        return values[key] == nil ? nil : try number(key, default: 0)
    }

    /// A finite number.
    public func number(_ key: String, default fallback: Double) throws(NetworkError) -> Double {
        recorder?.note(key, ["type": "number"], default: .number(fallback))
        guard let value = values[key] else { return fallback }
        guard let number = value.double, number.isFinite else {
            throw .wrongSetting(layer: layer, key: key, expected: "a number")
        }
        return number
    }

    public func boolean(_ key: String, default fallback: Bool) throws(NetworkError) -> Bool {
        recorder?.note(key, ["type": "boolean"], default: .bool(fallback))
        guard let value = values[key] else { return fallback }
        guard let flag = value.bool else { throw .wrongSetting(layer: layer, key: key, expected: "true or false") }
        return flag
    }

    /// Throws when the file has a key outside `known`.
    public func allow(only known: [String]) throws(NetworkError) {
        for key in values.keys where !known.contains(key) {
            throw .unknownSetting(layer: layer, key: key, known: known)
        }
    }

    /// Sizes beyond this are mistakes, and would overflow products of sizes.
    private static let largest = 1 << 20

    private static func integerSchema(_ minimum: Int) -> JSONObject {
        ["type": "integer", "minimum": .integer(minimum), "maximum": .integer(largest)]
    }

    /// One number, or as many as one of the counts.
    private static func listSchema(_ minimum: Int, counts: Int...) -> JSONObject {
        let number = JSONValue.object(integerSchema(minimum))
        let lists = counts.map { count -> JSONValue in
            ["type": "array", "items": number, "minItems": .integer(count), "maxItems": .integer(count)]
        }
        return ["anyOf": .array([number] + lists)]
    }
}
