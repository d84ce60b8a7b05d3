import ForeignFiles

/// Values of a checkpoint that are no tensors, in a few words for people.
enum PickleWords {
    private static let longest = 80

    static func text(_ value: PickleValue, of pickle: Pickle) -> String {
        switch value {
        case .none: return "None"
        case .boolean(let value): return value ? "True" : "False"
        case .integer(let number): return String(number)
        case .largeInteger(let bytes): return "a number of \(bytes.count) bytes"
        case .number(let number): return String(number)
        case .text(let bytes) where bytes.count > 4096: return "a text of \(bytes.count) bytes"
        case .text: return cut("\"\(pickle.text(value) ?? "")\"")
        case .bytes(let bytes): return "\(bytes.count) bytes"
        case .list, .tuple, .set: return "\(kind(value)) of \(pickle.elements(value)?.count ?? 0)"
        case .dictionary: return dictionary(value, of: pickle)
        case .global: return pickle.global(value) ?? ""
        case .call:
            if pickle.pairs(value, atMost: 0) != nil { return dictionary(value, of: pickle) }
            return cut((pickle.call(value)?.global ?? "") + "(…)")
        case .persistent: return "a storage"
        }
    }

    private static func kind(_ value: PickleValue) -> String {
        switch value {
        case .list: "list"
        case .tuple: "tuple"
        default: "set"
        }
    }

    /// The first few pairs: many keys may share one dictionary.
    private static func dictionary(_ value: PickleValue, of pickle: Pickle) -> String {
        let shown = 8
        let pairs = pickle.pairs(value, atMost: shown + 1) ?? []
        let entries = pairs.prefix(shown).map { key, value in
            let name = pickle.text(key) ?? text(scalar: key, of: pickle)
            return "\(cut(name)): \(text(scalar: value, of: pickle))"
        }
        return cut("{" + entries.joined(separator: ", ") + (pairs.count > shown ? ", …" : "") + "}")
    }

    /// What is no container, so that nesting ends here.
    private static func text(scalar value: PickleValue, of pickle: Pickle) -> String {
        if case .dictionary = value { return "{…}" }
        return pickle.pairs(value, atMost: 0) == nil ? text(value, of: pickle) : "{…}"
    }

    private static func cut(_ text: String) -> String {
        text.count > longest ? text.prefix(longest) + "…" : text
    }
}
