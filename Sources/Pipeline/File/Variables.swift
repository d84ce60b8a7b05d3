import JSONValues

/// Puts the values of `variables` in the place of `${name}`.
///
/// A string that is `${name}` and nothing else becomes the value, whatever its type; within a longer string the value
/// is written out. `$${` is `${` itself. Variables may use other variables.
struct Variables {
    struct Problem {
        var path: JSONPath
        var what: String
        var fix: String
    }

    private(set) var mistakes: [Problem] = []
    private let raw: JSONObject
    private var resolved: [String: JSONValue] = [:]
    private var open: [String] = []

    init(_ raw: JSONObject) { self.raw = raw }

    mutating func substitute(in value: JSONValue, at path: JSONPath = .root) -> JSONValue {
        switch value {
        case .string(let text): text.utf8.contains(UInt8(ascii: "$")) ? substitute(inText: text, at: path) : value
        case .array(let elements):
            .array(elements.enumerated().map { substitute(in: $1, at: path.appending($0)) })
        case .object(let members):
            .object(JSONObject(members.map { ($0, substitute(in: $1, at: path.appending($0))) }))
        default: value
        }
    }

    private mutating func substitute(inText text: String, at path: JSONPath) -> JSONValue {
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                result += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${"), let end = rest.firstIndex(of: "}") {
                let name = String(rest[rest.index(rest.startIndex, offsetBy: 2)..<end])
                let isWhole = dollar == text.startIndex && rest.index(after: end) == text.endIndex
                let value = self.value(of: name, at: path)
                if isWhole { return value }
                switch value {
                case .string(let text): result += text
                case .array, .object:
                    mistakes.append(
                        Problem(
                            path: path, what: "the variable '\(name)' is \(value.inWords) and cannot be part of a text",
                            fix: "write \"${\(name)}\" alone, or make it a string or number"))
                default: result += value.canonicalText
                }
                rest = rest[rest.index(after: end)...]
            } else {
                result += "$"
                rest = rest.dropFirst()
            }
        }
        return .string(result + rest)
    }

    private mutating func value(of name: String, at path: JSONPath) -> JSONValue {
        if let value = resolved[name] { return value }
        guard let value = raw[name] else {
            let choices = raw.isEmpty ? "the file has none" : "the variables are \(listed(raw.keys.sorted()))"
            mistakes.append(
                Problem(
                    path: path, what: "there is no variable '\(name)'\(didYouMean(name, raw.keys))",
                    fix: "correct the name or add it to \"variables\"; \(choices)"))
            return .null
        }
        guard !open.contains(name) else {
            mistakes.append(
                Problem(
                    path: JSONPath("variables", name),
                    what: "the variables use each other: \((open + [name]).joined(separator: " → "))",
                    fix: "give one of them a value of its own"))
            return .null
        }
        open.append(name)
        let substituted = substitute(in: value, at: JSONPath("variables", name))
        open.removeLast()
        resolved[name] = substituted
        return substituted
    }
}
