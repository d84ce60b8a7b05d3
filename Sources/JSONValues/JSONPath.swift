/// Where a value stands in a document. Prints as `stages.map.parameters.perplexity` or `inputs.sections[2]`.
public struct JSONPath: Sendable, Hashable {
    public enum Component: Sendable, Hashable {
        case key(String)
        case index(Int)
    }

    public var components: [Component]

    /// The path of the document itself.
    public static let root = JSONPath([])

    public init(_ components: [Component]) { self.components = components }

    /// A path of keys.
    public init(_ keys: String...) { components = keys.map(Component.key) }

    public func appending(_ key: String) -> JSONPath { appending(CollectionOfOne(.key(key))) }
    public func appending(_ index: Int) -> JSONPath { appending(CollectionOfOne(.index(index))) }
    public func appending(_ path: JSONPath) -> JSONPath { appending(path.components) }

    private func appending(_ more: some Collection<Component>) -> JSONPath {
        var all: [Component] = []
        all.reserveCapacity(components.count + more.count)
        all += components
        all += more
        return JSONPath(all)
    }

    /// The path without its last component; the root is its own parent.
    public var parent: JSONPath { JSONPath(Array(components.dropLast())) }
}

extension JSONPath: CustomStringConvertible {
    public var description: String {
        var text = ""
        for component in components {
            switch component {
            case .key(let key) where Self.isPlain(key): text += text.isEmpty ? key : "." + key
            case .key(let key): text += "[\(JSONValue.string(key).canonicalText)]"
            case .index(let index): text += "[\(index)]"
            }
        }
        return text
    }

    private static func isPlain(_ key: String) -> Bool {
        !key.isEmpty && !key.utf8.contains { [".", "[", "]", "\"", " "].contains(UnicodeScalar($0)) || $0 < 0x20 }
    }
}

extension JSONPath {
    /// Reads what `description` writes: keys with dots between them, `[2]` for elements, `["a.b"]` for unusual keys.
    /// `nil` where the text is no such path.
    public init?(parsing text: String) {
        var components: [Component] = []
        var rest = text[...]
        while !rest.isEmpty {
            if rest.first == "[" {
                guard let (component, end) = Self.bracketed(rest) else { return nil }
                components.append(component)
                rest = rest[end...]
                guard rest.isEmpty || rest.first == "[" || rest.first == "." else { return nil }
            } else {
                if rest.first == "." {
                    guard !components.isEmpty else { return nil }
                    rest = rest.dropFirst()
                } else if !components.isEmpty {
                    return nil
                }
                let key = rest.prefix { $0 != "." && $0 != "[" }
                guard !key.isEmpty else { return nil }
                components.append(.key(String(key)))
                rest = rest[key.endIndex...]
            }
        }
        guard !components.isEmpty else { return nil }
        self.init(components)
    }

    /// The component in brackets at the start of the text, and where the text goes on.
    private static func bracketed(_ text: Substring) -> (Component, String.Index)? {
        let inside = text.dropFirst()
        guard inside.first == "\"" else {
            let digits = inside.prefix { $0 != "]" }
            guard digits.endIndex < inside.endIndex, let index = Int(digits), index >= 0 else { return nil }
            return (.index(index), inside.index(after: digits.endIndex))
        }
        var isEscaped = false
        for place in inside.indices.dropFirst() {
            if isEscaped {
                isEscaped = false
            } else if inside[place] == "\\" {
                isEscaped = true
            } else if inside[place] == "\"" {
                let end = inside.index(after: place)
                guard end < inside.endIndex, inside[end] == "]",
                    let key = (try? JSONDocument(parsing: Array(inside[..<end].utf8)))?.root.string
                else { return nil }
                return (.key(key), inside.index(after: end))
            }
        }
        return nil
    }
}
