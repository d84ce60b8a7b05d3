public import JSONValues

extension DatasetSpecification {
    /// All properties, under the names they have in a pipeline file; those that are `nil` are `null`.
    public var json: JSONValue {
        let always: [(String, JSONValue)] = [
            ("format", .string(format)), ("split", .string(split.rawValue)), ("offset", .integer(offset)),
            ("limit", optional(limit)), ("shuffle", .bool(shuffle)), ("seed", .integer(seed)),
            ("count", optional(count)), ("resize", optional(resize)), ("crop", optional(crop)),
            ("color", color.map { .string($0.rawValue) } ?? .null), ("on_error", .string(onError.rawValue)),
        ]
        // Left out where absent, so that data sets without them keep the description they had before these came.
        let ofFormat: [(String, JSONValue?)] = [
            ("images", images.map(JSONValue.string)), ("labels", labels.map(JSONValue.string)),
            ("channels", channels.map { .string($0.rawValue) }), ("white", white.map(JSONValue.number)),
            ("longer_side", resize.map { _ in .string(longerSide.rawValue) }),
        ]
        return .object(JSONObject(always + ofFormat.compactMap { key, value in value.map { (key, $0) } }))
    }

    /// Reads what ``json`` wrote; properties that are missing or `null` have their defaults.
    public init(json: JSONValue) throws(DatasetError) {
        guard let format = json["format"]?.string else {
            throw .malformedDescription(key: "format", expected: "a string", found: json["format"])
        }
        self.init(format: format)
        split = try choice("split", of: json) ?? split
        offset = try whole("offset", of: json) ?? offset
        limit = try whole("limit", of: json)
        shuffle = try flag("shuffle", of: json) ?? shuffle
        seed = try whole("seed", of: json, atLeast: .min) ?? seed
        count = try whole("count", of: json)
        resize = try whole("resize", of: json)
        longerSide = try choice("longer_side", of: json) ?? longerSide
        crop = try whole("crop", of: json)
        color = try choice("color", of: json)
        onError = try choice("on_error", of: json) ?? onError
        images = try text("images", of: json)
        labels = try text("labels", of: json)
        channels = try choice("channels", of: json)
        if let value = json["white"], !value.isNull {
            guard let number = value.double else {
                throw .malformedDescription(key: "white", expected: "a number", found: value)
            }
            white = number
        }
    }
}

extension DatasetDescription {
    public var json: JSONValue {
        let always: [(String, JSONValue)] = [
            ("specification", specification.json), ("sample_shape", .array(sampleShape.map(JSONValue.integer))),
            ("count", .integer(count)), ("class_names", .strings(classNames)), ("files", .strings(files)),
            ("skipped", .strings(skipped)),
        ]
        // Left out for bytes, so that data sets of them keep the description they had before there were others.
        return .object(JSONObject(always + (precision == .byte ? [] : [("precision", .string(precision.rawValue))])))
    }

    /// Reads what ``json`` wrote.
    public init(json: JSONValue) throws(DatasetError) {
        let shape = json["sample_shape"]?.array?.compactMap(\.int) ?? []
        guard shape.count == 3, shape.allSatisfy({ $0 > 0 }) else {
            throw .malformedDescription(
                key: "sample_shape", expected: "three whole numbers above 0", found: json["sample_shape"])
        }
        guard let count = try whole("count", of: json) else {
            throw .malformedDescription(key: "count", expected: "a whole number", found: nil)
        }
        self.init(
            specification: try DatasetSpecification(json: json["specification"] ?? .null), sampleShape: shape,
            count: count, classNames: try strings("class_names", of: json), files: try strings("files", of: json),
            skipped: try strings("skipped", of: json), precision: try choice("precision", of: json) ?? .byte)
    }
}

private func optional(_ value: Int?) -> JSONValue { value.map(JSONValue.integer) ?? .null }

private func whole(_ key: String, of json: JSONValue, atLeast least: Int = 0) throws(DatasetError) -> Int? {
    guard let value = json[key], !value.isNull else { return nil }
    guard let number = value.int, number >= least else {
        throw .malformedDescription(key: key, expected: "a whole number", found: value)
    }
    return number
}

private func flag(_ key: String, of json: JSONValue) throws(DatasetError) -> Bool? {
    guard let value = json[key], !value.isNull else { return nil }
    guard let flag = value.bool else {
        throw .malformedDescription(key: key, expected: "true or false", found: value)
    }
    return flag
}

private func text(_ key: String, of json: JSONValue) throws(DatasetError) -> String? {
    guard let value = json[key], !value.isNull else { return nil }
    guard let text = value.string else { throw .malformedDescription(key: key, expected: "a string", found: value) }
    return text
}

private func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ key: String, of json: JSONValue
) throws(DatasetError) -> Choice? {
    guard let value = json[key], !value.isNull else { return nil }
    guard let choice = value.string.flatMap(Choice.init(rawValue:)) else {
        let names = Choice.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        throw .malformedDescription(key: key, expected: "one of \(names)", found: value)
    }
    return choice
}

private func strings(_ key: String, of json: JSONValue) throws(DatasetError) -> [String] {
    let values = json[key]?.array
    let strings = values?.compactMap(\.string)
    guard let strings, strings.count == values?.count else {
        throw .malformedDescription(key: key, expected: "a list of strings", found: json[key])
    }
    return strings
}
