import JSONValues

/// One member of `stages` in a pipeline file, of the right shape but not yet of the right meaning.
///
/// A class because it goes through many hands and never changes.
final class StageDeclaration: Sendable {
    let name: String
    /// `stages.map`
    let path: JSONPath
    let entry: StageRegistry.Entry
    let inputs: [(port: any InputPort, sources: [Reference])]
    let parameters: JSONObject
    /// Values of parameters to combine, in the order of the file.
    let matrix: [(parameter: String, values: [JSONValue])]
    let resources: Resources
    let shards: Int?

    init(
        name: String, path: JSONPath, entry: StageRegistry.Entry,
        inputs: [(port: any InputPort, sources: [Reference])], parameters: JSONObject,
        matrix: [(parameter: String, values: [JSONValue])], resources: Resources, shards: Int?
    ) {
        self.name = name
        self.path = path
        self.entry = entry
        self.inputs = inputs
        self.parameters = parameters
        self.matrix = matrix
        self.resources = resources
        self.shards = shards
    }

    /// What an input names, and where it stands in the file.
    final class Reference: Sendable {
        let path: JSONPath
        let text: String
        let source: SourceName

        init(path: JSONPath, text: String, source: SourceName) {
            self.path = path
            self.text = text
            self.source = source
        }
    }
}

/// `map`, `map.history`, `map[*]`, `map[seed=0].history`: a stage, which of its instances, and one of its outputs.
struct SourceName: Sendable {
    enum Selection: Sendable {
        /// The instance that fits the taker's own.
        case matching([String: String])
        /// All instances, or all with these values.
        case all
    }

    let stage: String
    let selection: Selection
    let port: String?

    /// `nil` where the text is none of these.
    init?(parsing text: String) {
        if isStageName(text) {
            (stage, selection, port) = (text, .matching([:]), nil)
            return
        }
        let name = text.prefix { $0 != "." && $0 != "[" }
        guard isStageName(name) else { return nil }
        stage = String(name)
        var rest = text[name.endIndex...]
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            let inside = rest[rest.index(after: rest.startIndex)..<end]
            rest = rest[rest.index(after: end)...]
            if inside == "*" {
                selection = .all
            } else {
                var values: [String: String] = [:]
                for pair in inside.split(separator: ",", omittingEmptySubsequences: false) {
                    guard let equals = pair.firstIndex(of: "="), equals > pair.startIndex else { return nil }
                    values[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
                }
                selection = .matching(values)
            }
        } else {
            selection = .matching([:])
        }
        if rest.isEmpty {
            port = nil
        } else {
            guard rest.first == ".", rest.count > 1 else { return nil }
            port = String(rest.dropFirst())
        }
    }
}

/// Letters, digits, `_` and `-`, which is not the first: a command line would take the name for an option.
func isStageName(_ name: some StringProtocol) -> Bool {
    !name.isEmpty && name.first != "-"
        && name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
}
