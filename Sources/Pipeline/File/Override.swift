import JSONValues

/// One `--set path=value`: the value is JSON where it is JSON, else a string.
struct Override: Sendable {
    private let text: String
    private let path: JSONPath
    private let value: JSONValue

    /// What can be set at the top: the rest has done its work when settings come.
    private static let fileKeys = ["description", "name", "stages", "variables"]

    /// Parts of a stage that may be left out of the file and still be set.
    private static let sections: Set<String> = ["parameters", "inputs", "resources", "matrix"]

    init(parsing text: String) throws(Mistake) {
        self.text = text
        if let instance = Self.instance(in: text) {
            throw Mistake(
                file: "--set \(text)", path: .root,
                what: "'\(instance)' is an instance, and a setting is for all of them",
                fix: "set the list of an axis: --set 'stages.\(instance.prefix { $0 != "[" }).matrix.…=[…]'",
                isOfCommandLine: true)
        }
        guard let equals = Self.equals(in: text), let path = JSONPath(parsing: String(text[..<equals])) else {
            throw Mistake(
                file: "--set \(text)", path: .root, what: "expected a path, '=' and a value",
                fix: "write --set stages.map.parameters.perplexity=50", isOfCommandLine: true)
        }
        self.path = path
        let right = String(text[text.index(after: equals)...])
        let document = try? JSONDocument(parsing: right)
        value = document?.root ?? .string(right)
        if let twice = document?.duplicateKeys.first {
            throw mistake(path.appending(twice.path), "the key is there twice", fix: "remove one of the two")
        }
    }

    /// The instance that a path begins with, as `map[seed=0]` of `stages.map[seed=0].parameters.top=3`.
    private static func instance(in text: String) -> Substring? {
        let parts = text.split(separator: "]", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, text.hasPrefix("stages."), let bracket = text.firstIndex(of: "[") else { return nil }
        let axes = text[bracket..<parts[0].endIndex]
        guard axes.contains("="), !axes.contains("\""), !text[..<bracket].contains("=") else { return nil }
        return text[..<parts[1].startIndex].dropFirst("stages.".count)
    }

    /// A key in brackets may have an equals sign of its own: `variables["a=b"]=1`.
    private static func equals(in text: String) -> String.Index? {
        var isQuoted = false
        return text.indices.first { index in
            if text[index] == "\"" { isQuoted.toggle() }
            return text[index] == "=" && !isQuoted
        }
    }

    /// Whether it says what stands at a path.
    func sets(_ place: JSONPath) -> Bool { place.components.starts(with: path.components) }

    /// A mistake at a path that it sets.
    func mistake(_ place: JSONPath, _ what: String, fix: String) -> Mistake {
        Mistake(file: "--set \(text)", path: place == path ? .root : place, what: what, fix: fix)
    }

    // MARK: - Setting

    func apply(to object: inout JSONObject) throws(Mistake) {
        var root = JSONValue.object(object)
        try set(path.components[...], in: &root, at: .root)
        object = root.object ?? object
    }

    private func set(_ rest: ArraySlice<JSONPath.Component>, in value: inout JSONValue, at place: JSONPath)
        throws(Mistake)
    {
        guard let component = rest.first else {
            value = self.value
            return
        }
        switch (component, value) {
        case (.key(let key), .object(var members)):
            if members[key] == nil { try checkAbsent(key, among: members.keys, isLast: rest.count == 1, at: place) }
            var member = members[key] ?? (rest.count > 1 ? [:] : .null)
            try set(rest.dropFirst(), in: &member, at: place.appending(key))
            members[key] = member
            value = .object(members)
        case (.index(let index), .array(var elements)):
            guard elements.indices.contains(index) else {
                throw missing(place.appending(index), "", elements.indices.map(String.init))
            }
            try set(rest.dropFirst(), in: &elements[index], at: place.appending(index))
            value = .array(elements)
        default:
            throw Mistake(
                file: "--set \(text)", path: .root, what: "'\(place)' is \(value.inWords) and has no parts",
                fix: "set '\(place)' as a whole", isOfCommandLine: true)
        }
    }

    /// A setting changes a pipeline and does not extend it: what is not in the file is a slip of the pen, but for parts of
    /// a stage that have defaults. Names of parameters, inputs and the like are looked at with those of the file.
    private func checkAbsent(_ key: String, among keys: [String], isLast: Bool, at place: JSONPath) throws(Mistake) {
        switch place.components.count {
        case 0 where Self.fileKeys.contains(key): if !isLast { throw missing(place.appending(key), "", []) }
        case 0: throw missing(place.appending(key), didYouMean(key, Self.fileKeys), Self.fileKeys)
        case 1: throw missing(place.appending(key), didYouMean(key, keys), keys)
        case 2 where Self.sections.contains(key): return
        default:
            guard isLast else { throw missing(place.appending(key), didYouMean(key, keys), keys) }
        }
    }

    private func missing(_ path: JSONPath, _ nearest: String, _ names: [String]) -> Mistake {
        Mistake(
            file: "--set \(text)", path: .root, what: "the pipeline has no '\(path)'\(nearest)",
            fix: names.isEmpty ? "add it to the file" : "choose from \(listed(names.sorted()))", isOfCommandLine: true)
    }
}
