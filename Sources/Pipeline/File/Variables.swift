import JSONValues

/// Puts the values of `variables` in the place of `${name}`.
///
/// A string that is `${name}` and nothing else becomes the value, whatever its type; within a longer string the value
/// is written out. `$${` is `${` itself. Variables may use other variables, up to a hundred in a row, and with all of
/// them put in a file may have 64 MB: a short one can double itself often.
struct Variables {
    struct Problem {
        var path: JSONPath
        var what: String
        var fix: String
    }

    private(set) var mistakes: [Problem] = []

    /// Where in the file a variable that has a mistake is put in: what stands there means nothing.
    private(set) var senseless: [JSONPath] = []

    /// Variables that have no value, because of a mistake in them or in those that they use.
    private var valueless: Set<String> = []

    private let raw: JSONObject
    private var resolved: [String: JSONValue] = [:]
    private var open: [String] = []

    /// Where the value stands that is looked at.
    private var place: [JSONPath.Component] = []

    /// Bytes of each resolved variable, with those of the variables in it.
    private var sizes: [String: Int] = [:]

    /// Bytes of what is being made: of the variable that is open, or of the file.
    private var size = 0
    private var isTooLarge = false

    private static let depthLimit = 100
    private static let sizeLimit = 64 << 20

    /// What a value counts for beside its text.
    private static let sizeOfValue = 16

    init(_ raw: JSONObject) { self.raw = raw }

    mutating func substitute(in value: JSONValue) -> JSONValue { replacement(of: value) ?? value }

    /// The value with its variables put in, `nil` where it has none: most of a file stays as it is.
    private mutating func replacement(of value: JSONValue) -> JSONValue? {
        grow(by: Self.sizeOfValue)
        if isTooLarge { return .null }
        switch value {
        case .string(let text): return replacement(ofText: text)
        case .array(var elements):
            var isChanged = false
            for index in elements.indices {
                place.append(.index(index))
                if let element = replacement(of: elements[index]) {
                    elements[index] = element
                    isChanged = true
                }
                place.removeLast()
            }
            if isChanged { return .array(elements) }
        case .object(var members):
            var isChanged = false
            for index in members.keys.indices {
                place.append(.key(members.keys[index]))
                if let member = replacement(of: members.values[index]) {
                    members[members.keys[index]] = member
                    isChanged = true
                }
                place.removeLast()
            }
            if isChanged { return .object(members) }
        default: break
        }
        return nil
    }

    private mutating func replacement(ofText text: String) -> JSONValue? {
        grow(by: text.utf8.count)
        guard text.utf8.contains(UInt8(ascii: "$")) else { return nil }
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
                let value = self.value(of: name)
                if valueless.contains(name) { spoil() }
                grow(by: sizes[name] ?? 0)
                if isTooLarge { return .null }
                if isWhole { return value }
                switch value {
                case .string(let text): result += text
                case .array, .object:
                    mistakes.append(
                        Problem(
                            path: JSONPath(place),
                            what: "the variable '\(name)' is \(value.inWords) and cannot be part of a text",
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

    private mutating func value(of name: String) -> JSONValue {
        if let value = resolved[name] { return value }
        guard let value = raw[name] else {
            let choices = raw.isEmpty ? "the file has none" : "the variables are \(listed(raw.keys.sorted()))"
            mistakes.append(
                Problem(
                    path: JSONPath(place), what: "there is no variable '\(name)'\(didYouMean(name, raw.keys))",
                    fix: "correct the name or add it to \"variables\"; \(choices)"))
            valueless.insert(name)
            return .null
        }
        guard !open.contains(name) else {
            valueless.insert(name)
            mistakes.append(
                Problem(
                    path: JSONPath("variables", name),
                    what: "the variables use each other: \((open + [name]).joined(separator: " → "))",
                    fix: "give one of them a value of its own"))
            return .null
        }
        guard open.count < Self.depthLimit else {
            valueless.insert(name)
            mistakes.append(
                Problem(
                    path: JSONPath("variables", open[0]),
                    what: "more than \(Self.depthLimit) variables use each other in a row",
                    fix: "give one of them a value of its own"))
            return .null
        }
        open.append(name)
        let outer = (size, place)
        (size, place) = (0, [.key("variables"), .key(name)])
        let substituted = substitute(in: value)
        sizes[name] = size
        (size, place) = outer
        open.removeLast()
        resolved[name] = substituted
        return substituted
    }

    /// What is being made uses a variable without a value.
    private mutating func spoil() {
        if let user = open.last { valueless.insert(user) } else { senseless.append(JSONPath(place)) }
    }

    /// Counts what is put in; a mistake once it is too much.
    private mutating func grow(by bytes: Int) {
        size += bytes
        guard size > Self.sizeLimit, !isTooLarge else { return }
        isTooLarge = true
        mistakes.append(
            Problem(
                path: JSONPath(place),
                what: "with its variables put in, the file has more than \(Self.sizeLimit >> 20) MB",
                fix: "let variables repeat each other less"))
    }
}
