import JSONValues

/// Fills a stage's `@Parameter` properties from the `parameters` of the pipeline file, and collects every mistake.
///
/// The initialiser that the compiler writes for `Decodable` asks, property by property, for a ``Parameter``; each gets
/// the one of `Self()` (with its documentation, range and default) with the value of the file in it.
final class ParameterDecoder: Decoder {
    private let entry: StageRegistry.Entry
    private let object: JSONObject
    private var errors: [ParameterError] = []
    private var values: [Value] = []

    /// What a parameter has become.
    struct Value {
        var key: String
        var role: ParameterRole
        var json: JSONValue
        var inputFiles: [(path: JSONPath, file: InputFile)]
    }

    enum Result {
        case stage(any Stage, [Value])
        case errors([ParameterError])
    }

    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    private init(entry: StageRegistry.Entry, object: JSONObject) {
        self.entry = entry
        self.object = object
        values.reserveCapacity(entry.parameters.count)
    }

    /// The stage with the values of the file, and these by parameter, or the errors.
    static func decode(_ entry: StageRegistry.Entry, from object: JSONObject) -> Result {
        let decoder = ParameterDecoder(entry: entry, object: object)
        decoder.findUnknownKeys()
        do {
            let stage = try entry.type.init(from: decoder)
            return decoder.errors.isEmpty ? .stage(stage, decoder.values) : .errors(decoder.errors)
        } catch {
            preconditionFailure("\(entry.type) has a stored property that is not a @Parameter: \(error)")
        }
    }

    private func findUnknownKeys() {
        for key in object.keys where entry.parametersByKey[key] == nil {
            let valid = entry.parametersByKey.keys.sorted()
            let choices = valid.isEmpty ? "it has none" : "the parameters are \(valid.joined(separator: ", "))"
            errors.append(
                ParameterError(
                    parameter: key, "'\(entry.type.name)' has no parameter '\(key)'\(didYouMean(key, valid))",
                    fix: "rename or remove it; \(choices)"))
        }
    }

    fileprivate func decode<T: Decodable>(_ type: T.Type, named name: String) throws -> T {
        if type is any ParameterGroup.Type { return try T(from: self) }
        precondition(entry.properties[values.count] == name, "'\(name)' is not a @Parameter")
        return try T(from: self)
    }

    /// The next parameter, with the value of the file in it: they are asked for in the order of their declaration.
    ///
    /// With its own type, not as any parameter: stages are decoded on many threads, which would wait for each other where
    /// they count the references to one box.
    fileprivate func next<Content>(_ type: Parameter<Content>.Type) -> Parameter<Content> {
        let key = entry.parameters[values.count].key
        guard var parameter = entry.parameters[values.count].parameter as? Parameter<Content> else {
            preconditionFailure("\(entry.type).\(key) is not decoded as the \(type) it is")
        }
        if let json = object[key] {
            do throws(ParameterError) {
                try parameter.set(json)
            } catch {
                errors.append(ParameterError(path: JSONPath(key).appending(error.path), error.what, fix: error.fix))
            }
        } else if parameter.json == nil {
            errors.append(
                ParameterError(
                    parameter: key, "'\(key)' is missing: \(parameter.documentation)",
                    fix: "write \"\(key)\": with \(Content.expectation); it has no default"))
        }
        values.append(
            Value(key: key, role: parameter.role, json: parameter.json ?? .null, inputFiles: parameter.inputFiles))
        return parameter
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(ParameterContainer(decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw notKeyed }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw notKeyed }

    fileprivate var notKeyed: DecodingError {
        DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "stages are decoded by key"))
    }
}

extension Parameter: Decodable {
    public init(from decoder: any Decoder) throws {
        guard let decoder = decoder as? ParameterDecoder else {
            preconditionFailure("parameters are decoded from pipeline files only")
        }
        self = decoder.next(Self.self)
    }
}

private struct ParameterContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: ParameterDecoder
    let codingPath: [any CodingKey] = []
    let allKeys: [Key] = []

    func contains(_ key: Key) -> Bool { true }
    func decodeNil(forKey key: Key) -> Bool { false }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try decoder.decode(type, named: key.stringValue)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { throw decoder.notKeyed }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw decoder.notKeyed }
    func superDecoder() throws -> any Decoder { throw decoder.notKeyed }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw decoder.notKeyed }
}

// MARK: - The parameters of a stage

extension Stage {
    /// The parameters in the order of their declaration, with the names of their properties. Slow.
    var parameterList: [(property: String, parameter: any AnyParameter)] { properties(of: self) }
}

private func properties(of parameters: Any) -> [(property: String, parameter: any AnyParameter)] {
    Mirror(reflecting: parameters).children.flatMap { child in
        if let group = child.value as? any ParameterGroup { return properties(of: group) }
        guard let label = child.label, label.hasPrefix("_"), let parameter = child.value as? any AnyParameter else {
            preconditionFailure("\(type(of: parameters)).\(child.label ?? "?") is not a @Parameter")
        }
        return [(String(label.dropFirst()), parameter)]
    }
}

/// `learningRate` to `learning_rate`, `useGPUCache` to `use_gpu_cache`, `l2` stays.
func snakeCase(_ name: String) -> String {
    let letters = Array(name)
    var result = ""
    for (index, letter) in letters.enumerated() {
        if letter.isUppercase, index > 0 {
            let followsLowercase = !letters[index - 1].isUppercase
            let startsWord = index + 1 < letters.count && letters[index + 1].isLowercase
            if followsLowercase || startsWord { result += "_" }
        }
        result += letter.lowercased()
    }
    return result
}
