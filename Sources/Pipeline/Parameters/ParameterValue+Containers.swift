public import JSONValues

extension Optional: ParameterValue where Wrapped: ParameterValue {
    public static var expectation: String { Wrapped.expectation + ", or null" }
    public static var schema: JSONValue { ["anyOf": [Wrapped.schema, ["type": "null"]]] }
    public static var impliedDefault: Self? { .some(nil) }
    public init(json: JSONValue) throws(ParameterError) {
        guard !json.isNull else {
            self = nil
            return
        }
        self = try Wrapped(json: json)
    }
    public var json: JSONValue { self?.json ?? .null }
    public var numbers: [(path: JSONPath, number: JSONValue)] { self?.numbers ?? [] }
    public var inputFiles: [(path: JSONPath, file: InputFile)] { self?.inputFiles ?? [] }
}

extension Array: ParameterValue where Element: ParameterValue {
    public static var expectation: String { "a list, each element \(Element.expectation)" }
    public static var schema: JSONValue { ["type": "array", "items": Element.schema] }
    public init(json: JSONValue) throws(ParameterError) {
        guard let elements = json.array else { throw Self.mismatch(json) }
        self = []
        for (index, element) in elements.enumerated() {
            do throws(ParameterError) {
                append(try Element(json: element))
            } catch {
                throw ParameterError(path: JSONPath([.index(index)]).appending(error.path), error.what, fix: error.fix)
            }
        }
    }
    public var json: JSONValue { .array(map(\.json)) }
    public var numbers: [(path: JSONPath, number: JSONValue)] {
        enumerated().flatMap { index, element in
            element.numbers.map { (JSONPath([.index(index)]).appending($0.path), $0.number) }
        }
    }
    public var inputFiles: [(path: JSONPath, file: InputFile)] {
        enumerated().flatMap { index, element in
            element.inputFiles.map { (JSONPath([.index(index)]).appending($0.path), $0.file) }
        }
    }
}

extension Dictionary: ParameterValue where Key == String, Value: ParameterValue {
    public static var expectation: String { "an object, each member \(Value.expectation)" }
    public static var schema: JSONValue { ["type": "object", "additionalProperties": Value.schema] }
    public init(json: JSONValue) throws(ParameterError) {
        guard let members = json.object else { throw Self.mismatch(json) }
        self = [:]
        for (key, member) in members {
            do throws(ParameterError) {
                self[key] = try Value(json: member)
            } catch {
                throw ParameterError(path: JSONPath(key).appending(error.path), error.what, fix: error.fix)
            }
        }
    }
    public var json: JSONValue { .object(JSONObject(sortedMembers.map { ($0.key, $0.value.json) })) }
    public var numbers: [(path: JSONPath, number: JSONValue)] {
        sortedMembers.flatMap { key, value in value.numbers.map { (JSONPath(key).appending($0.path), $0.number) } }
    }
    public var inputFiles: [(path: JSONPath, file: InputFile)] {
        sortedMembers.flatMap { key, value in value.inputFiles.map { (JSONPath(key).appending($0.path), $0.file) } }
    }

    private var sortedMembers: [(key: String, value: Value)] { sorted { $0.key < $1.key } }
}
