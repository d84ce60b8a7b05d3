public import JSONValues

/// Whether a parameter can change what comes out.
public enum ParameterRole: Sendable, Hashable {
    /// It can, and is part of the cache key.
    case semantic
    /// It says only how to compute (batch size, number of threads): never part of the key.
    case execution
}

/// The numbers that a parameter may have, both ends included.
public struct ParameterRange: Sendable, Hashable, CustomStringConvertible {
    public var lower: JSONValue?
    public var upper: JSONValue?

    public func contains(_ number: JSONValue) -> Bool {
        guard let number = number.double else { return true }
        return (lower?.double).map { $0 <= number } ?? true && (upper?.double).map { number <= $0 } ?? true
    }

    /// `2.0...500.0`, `1...`
    public var description: String { "\(lower?.canonicalText ?? "")...\(upper?.canonicalText ?? "")" }
}

/// A property of a stage that the pipeline file can set:
/// `@Parameter("Effective number of neighbours.", in: 2...500) public var perplexity: Float = 30`.
///
/// In the file its name is in snake case (`learningRate` is `learning_rate`). A property without an initial value must
/// be set in the file, unless it is optional. The range holds for every number in a list or object of them.
@propertyWrapper
public struct Parameter<Value: ParameterValue>: Sendable {
    public let documentation: String
    public let role: ParameterRole
    public let range: ParameterRange?
    private var value: Value?

    public var wrappedValue: Value {
        get {
            guard let value else { preconditionFailure("the parameter '\(documentation)' has no value yet") }
            return value
        }
        set { value = newValue }
    }

    public init(wrappedValue: Value, _ documentation: String, _ role: ParameterRole = .semantic) {
        self.init(value: wrappedValue, documentation, nil, role)
    }

    public init(_ documentation: String, _ role: ParameterRole = .semantic) {
        self.init(value: Value.impliedDefault, documentation, nil, role)
    }

    public init<Bound: ParameterValue>(
        wrappedValue: Value, _ documentation: String, in range: ClosedRange<Bound>, _ role: ParameterRole = .semantic
    ) {
        self.init(value: wrappedValue, documentation, ParameterRange(range), role)
    }

    public init<Bound: ParameterValue>(
        _ documentation: String, in range: ClosedRange<Bound>, _ role: ParameterRole = .semantic
    ) {
        self.init(value: Value.impliedDefault, documentation, ParameterRange(range), role)
    }

    public init<Bound: ParameterValue>(
        wrappedValue: Value, _ documentation: String, in range: PartialRangeFrom<Bound>,
        _ role: ParameterRole = .semantic
    ) {
        self.init(value: wrappedValue, documentation, ParameterRange(range), role)
    }

    public init<Bound: ParameterValue>(
        _ documentation: String, in range: PartialRangeFrom<Bound>, _ role: ParameterRole = .semantic
    ) {
        self.init(value: Value.impliedDefault, documentation, ParameterRange(range), role)
    }

    private init(value: Value?, _ documentation: String, _ range: ParameterRange?, _ role: ParameterRole) {
        self.value = value
        self.documentation = documentation
        self.range = range.map { $0.typed(like: Value.self) }
        self.role = role
    }
}

extension ParameterRange {
    fileprivate init(_ range: ClosedRange<some ParameterValue>) {
        self.init(lower: range.lowerBound.json, upper: range.upperBound.json)
    }

    fileprivate init(_ range: PartialRangeFrom<some ParameterValue>) {
        self.init(lower: range.lowerBound.json, upper: nil)
    }

    /// `in: 2...500` of a `Float` is written with integer literals, which Swift takes for `Int`.
    fileprivate func typed(like type: any ParameterValue.Type) -> ParameterRange {
        guard (type as? any FloatingPointParameter.Type) != nil else { return self }
        return ParameterRange(
            lower: lower?.double.map(JSONValue.number), upper: upper?.double.map(JSONValue.number))
    }
}

private protocol FloatingPointParameter {}
extension Float: FloatingPointParameter {}
extension Double: FloatingPointParameter {}
extension Optional: FloatingPointParameter where Wrapped: FloatingPointParameter {}
extension Array: FloatingPointParameter where Element: FloatingPointParameter {}

/// Parameters that several kinds of stage have: a plain struct of `@Parameter`s, kept by each stage in a property. In
/// the file they stand among the stage's own.
public protocol ParameterGroup: Decodable, Sendable {}

// MARK: - What the catalogue sees

/// A parameter whose type is not known where it is handled.
protocol AnyParameter: Sendable {
    var documentation: String { get }
    var role: ParameterRole { get }
    var range: ParameterRange? { get }
    /// The value as JSON, `nil` while a required parameter has none.
    var json: JSONValue? { get }
    static var valueType: any ParameterValue.Type { get }
}

extension Parameter: AnyParameter {
    var json: JSONValue? { value?.json }
    static var valueType: any ParameterValue.Type { Value.self }
}

// MARK: - While decoding

extension Parameter {
    var inputFiles: [(path: JSONPath, file: InputFile)] { value?.inputFiles ?? [] }

    /// Takes a value from the file.
    mutating func set(_ json: JSONValue) throws(ParameterError) {
        let new: Value
        do throws(ParameterError) {
            new = try Value(json: json)
        } catch {
            throw ParameterError(
                path: error.path, error.what, fix: error.fix + (error.path == .root ? defaultInWords : ""))
        }
        if let range {
            for (path, number) in new.numbers where !range.contains(number) {
                throw ParameterError(
                    path: path, "\(number.canonicalText) is outside \(range)",
                    fix: "choose a value in that range" + (path == .root ? wayToDefault : ""))
            }
        }
        value = new
    }

    private var wayToDefault: String {
        value.map {
            $0.json.isNull ? ", or remove the key" : ", or remove the key to take the default \($0.json.canonicalText)"
        }
            ?? ""
    }

    private var defaultInWords: String {
        value.map { $0.json.isNull ? ", or remove the key" : "; the default is \($0.json.canonicalText)" } ?? ""
    }
}
