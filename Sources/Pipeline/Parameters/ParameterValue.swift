public import JSONValues

/// A type that a stage's parameter can have: read from JSON, written back to it, described for people and editors.
public protocol ParameterValue: Sendable {
    /// What a value of this type is called: `a number`, `a list of strings`.
    static var expectation: String { get }

    /// A JSON Schema fragment that accepts what `init(json:)` accepts.
    static var schema: JSONValue { get }

    init(json: JSONValue) throws(ParameterError)

    /// The value as JSON; reading it back gives the same value.
    var json: JSONValue { get }

    /// The value of a parameter that is not in the file and has no initial value; `nil` makes it required.
    static var impliedDefault: Self? { get }

    /// Every number in the value, for the range of the parameter to be checked against.
    var numbers: [(path: JSONPath, number: JSONValue)] { get }

    /// Every file that the value names, for the content to enter the key.
    var inputFiles: [(path: JSONPath, file: InputFile)] { get }
}

extension ParameterValue {
    public static var impliedDefault: Self? { nil }
    public var numbers: [(path: JSONPath, number: JSONValue)] { [] }
    public var inputFiles: [(path: JSONPath, file: InputFile)] { [] }

    /// The error for JSON of the wrong type.
    public static func mismatch(_ json: JSONValue) -> ParameterError {
        ParameterError("expected \(expectation), found \(json.inWords)", fix: "write \(expectation)")
    }
}

// MARK: - Scalars

extension Int: ParameterValue {
    public static var expectation: String { "a whole number" }
    public static var schema: JSONValue { ["type": "integer"] }
    public init(json: JSONValue) throws(ParameterError) {
        guard let value = json.int else { throw Self.mismatch(json) }
        self = value
    }
    public var json: JSONValue { .integer(self) }
    public var numbers: [(path: JSONPath, number: JSONValue)] { [(.root, json)] }
}

extension Double: ParameterValue {
    public static var expectation: String { "a number" }
    public static var schema: JSONValue { ["type": "number"] }
    public init(json: JSONValue) throws(ParameterError) {
        guard let value = json.double else { throw Self.mismatch(json) }
        self = value
    }
    public var json: JSONValue { .number(self) }
    public var numbers: [(path: JSONPath, number: JSONValue)] { [(.root, json)] }
}

extension Float: ParameterValue {
    public static var expectation: String { "a number" }
    public static var schema: JSONValue { ["type": "number"] }
    public init(json: JSONValue) throws(ParameterError) {
        guard let value = json.double else { throw Self.mismatch(json) }
        guard Float(value).isFinite else {
            throw ParameterError("\(json.inWords) is too large", fix: "write a number below 3.4e38")
        }
        self = Float(value)
    }
    public var json: JSONValue { .float(self) }
    public var numbers: [(path: JSONPath, number: JSONValue)] { [(.root, json)] }
}

extension Bool: ParameterValue {
    public static var expectation: String { "true or false" }
    public static var schema: JSONValue { ["type": "boolean"] }
    public init(json: JSONValue) throws(ParameterError) {
        guard let value = json.bool else { throw Self.mismatch(json) }
        self = value
    }
    public var json: JSONValue { .bool(self) }
}

extension String: ParameterValue {
    public static var expectation: String { "a string" }
    public static var schema: JSONValue { ["type": "string"] }
    public init(json: JSONValue) throws(ParameterError) {
        guard let value = json.string else { throw Self.mismatch(json) }
        self = value
    }
    public var json: JSONValue { .string(self) }
}

/// For the few parameters whose shape no type says; the stage reads them itself in `validate()`.
extension JSONValue: ParameterValue {
    public static var expectation: String { "any JSON value" }
    public static var schema: JSONValue { true }
    public init(json: JSONValue) { self = json }
    public var json: JSONValue { self }
}

// MARK: - Choices

/// A parameter with a fixed set of values: `enum Pool: String, ParameterChoice { case none, mean, max }`.
public protocol ParameterChoice: ParameterValue, CaseIterable, RawRepresentable<String> {}

extension ParameterChoice {
    public static var expectation: String { "one of " + names.joined(separator: ", ") }
    public static var schema: JSONValue { ["enum": .strings(names)] }
    public init(json: JSONValue) throws(ParameterError) {
        guard let name = json.string else { throw Self.mismatch(json) }
        guard let value = Self(rawValue: name) else {
            let nearest = nearestName(to: name, in: Self.names).map { "; did you mean '\($0)'?" } ?? ""
            throw ParameterError("'\(name)' is not a choice\(nearest)", fix: "write \(Self.expectation)")
        }
        self = value
    }
    public var json: JSONValue { .string(rawValue) }

    private static var names: [String] { allCases.map(\.rawValue) }
}
