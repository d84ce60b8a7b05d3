/// Any JSON value. Whole numbers stay integers: a parameter that counts things must not become `2.0` on its way.
public enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)

    /// A number written without `.`, `e` or `E` that fits 64 bits.
    case integer(Int)

    /// Any other number. Never infinite or NaN when it comes from text.
    case number(Double)

    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

// MARK: - Looking inside

extension JSONValue {
    public var isNull: Bool { self == .null }

    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The value as a whole number; `3.0` is one, `3.5` is not.
    public var int: Int? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The value as a number, whole or not.
    public var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    public var array: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    public var object: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// The member of an object; `nil` where there is none, or where this is no object. Assigning to a member turns
    /// anything that is not an object into one.
    public subscript(key: String) -> JSONValue? {
        get { object?[key] }
        set {
            var members = object ?? JSONObject()
            members[key] = newValue
            self = .object(members)
        }
    }

    /// The element of an array; `nil` out of bounds, or where this is no array.
    public subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// The value at the end of a path, `nil` where the path leads nowhere.
    public subscript(path: JSONPath) -> JSONValue? {
        var value = self
        for component in path.components {
            let next: JSONValue? =
                switch component {
                case .key(let key): value[key]
                case .index(let index): value[index]
                }
            guard let next else { return nil }
            value = next
        }
        return value
    }

    /// What a message calls this value: `the number 3`, `the string "30"`, `an object`, `null`.
    public var inWords: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .integer, .number: "the number \(canonicalText)"
        case .string(let value):
            value.count <= 60 ? "the string \(canonicalText)" : "a string of \(value.count) characters"
        case .array(let elements): elements.isEmpty ? "an empty list" : "a list"
        case .object(let members): members.isEmpty ? "an empty object" : "an object"
        }
    }
}

// MARK: - Literals

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(nilLiteral: ()) { self = .null }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(stringLiteral value: String) { self = .string(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// Keys keep the order they are written in; a key written twice is a mistake of the programmer.
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
}

extension JSONValue {
    /// The shortest decimal that reads back as the same `Float`: 0.1 stays `0.1`, not `0.10000000149011612`.
    public static func float(_ value: Float) -> JSONValue {
        .number(value.isFinite ? Double(value.description)! : Double(value))
    }

    public static func strings(_ values: some Sequence<String>) -> JSONValue { .array(values.map(JSONValue.string)) }
}
