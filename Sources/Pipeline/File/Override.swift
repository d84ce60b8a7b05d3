import JSONValues

/// One `--set path=value`.
struct Override {
    private let text: String
    private let path: JSONPath
    private let value: JSONValue

    /// Parts of a pipeline or a stage that may be left out of the file and still be set.
    private static let sections: Set<String> = ["variables", "parameters", "inputs", "resources", "matrix"]

    init(parsing text: String) throws(Mistake) {
        self.text = text
        guard let equals = text.firstIndex(of: "="), let path = JSONPath(parsing: String(text[..<equals])) else {
            throw Mistake(
                file: "--set \(text)", path: .root, what: "expected a path, '=' and a value",
                fix: "write --set stages.map.parameters.perplexity=50")
        }
        self.path = path
        let right = String(text[text.index(after: equals)...])
        value = (try? JSONDocument(parsing: right))?.root ?? .string(right)
    }

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
            var member = members[key] ?? (Self.sections.contains(key) ? [:] : .null)
            if members[key] == nil, rest.count > 1, !Self.sections.contains(key) {
                throw missing("'\(place.appending(key))'", didYouMean(key, members.keys), members.keys)
            }
            try set(rest.dropFirst(), in: &member, at: place.appending(key))
            members[key] = member
            value = .object(members)
        case (.index(let index), .array(var elements)):
            guard elements.indices.contains(index) else {
                throw missing("'\(place.appending(index))'", "", elements.indices.map(String.init))
            }
            try set(rest.dropFirst(), in: &elements[index], at: place.appending(index))
            value = .array(elements)
        default:
            throw Mistake(
                file: "--set \(text)", path: .root, what: "'\(place)' is \(value.inWords) and has no parts",
                fix: "set '\(place)' as a whole")
        }
    }

    private func missing(_ path: String, _ nearest: String, _ names: [String]) -> Mistake {
        Mistake(
            file: "--set \(text)", path: .root, what: "the pipeline has no \(path)\(nearest)",
            fix: "choose from \(listed(names.sorted()))")
    }
}
