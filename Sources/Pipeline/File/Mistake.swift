public import JSONValues

/// Something wrong in a pipeline file. Prints as
/// `digits.json:12:7: stages.map.parameters.perplexty: 'reduce.tsne' has no parameter …`, then `  fix: …`.
public struct Mistake: Error, Sendable, Hashable, CustomStringConvertible {
    /// As it was given on the command line, or found from there.
    public var file: String
    /// `nil` where the file could not be read at all.
    public var position: JSONDocument.Position?
    public var path: JSONPath
    public var what: String
    public var fix: String

    /// Whether a setting of the command line cannot be made, whatever its value would mean.
    public var isOfCommandLine = false

    public var description: String {
        let place = position.map { ":\($0.line):\($0.column)" } ?? ""
        let path = path.components.isEmpty ? "" : "\(path): "
        // Names in a file may have line breaks, and a mistake is two lines.
        return [file + place + ": " + brief(path) + brief(what), "  fix: " + fix]
            .map { $0.visible(showingLineBreaks: true) }.joined(separator: "\n")
    }

    public var json: JSONValue {
        [
            "file": .string(file), "line": position.map { .integer($0.line) } ?? .null,
            "column": position.map { .integer($0.column) } ?? .null, "path": .string(brief(path.description)),
            "what": .string(brief(what)), "fix": .string(fix),
        ]
    }

    /// Names in a file may have megabytes; of such, a message has the beginning.
    private func brief(_ text: String) -> String {
        let limit = 2000
        return text.utf8.count > limit ? "\(text.prefix(limit))… (\(text.utf8.count) bytes)" : text
    }
}

/// Everything that is wrong with a pipeline file, in the order of finding. After a thousand nobody looks for more.
public struct PipelineMistakes: Error, Sendable, CustomStringConvertible {
    public let mistakes: [Mistake]

    static let limit = 1000

    /// The first hundred in words.
    public var description: String {
        let limit = 100
        let more = mistakes.count > limit ? ["and \(mistakes.count - limit) more"] : []
        return (mistakes.prefix(limit).map(\.description) + more).joined(separator: "\n")
    }

    /// Whether the command line alone is wrong.
    public var areOfCommandLine: Bool { mistakes.allSatisfy(\.isOfCommandLine) }

    public init(mistakes: [Mistake]) { self.mistakes = mistakes }
}

/// Lists for messages: `a, b or c`; long ones are cut.
func listed(_ names: some Collection<String>, _ conjunction: String? = nil) -> String {
    let limit = 20
    if names.count > limit {
        return names.prefix(limit).joined(separator: ", ") + " and \(names.count - limit) more"
    }
    guard let conjunction, names.count > 1 else { return names.joined(separator: ", ") }
    return names.dropLast().joined(separator: ", ") + " \(conjunction) " + Array(names).last!
}

/// `; did you mean 'x'?` where something near is there, else nothing.
func didYouMean(_ name: String, _ candidates: some Sequence<String>) -> String {
    nearestName(to: name, in: candidates).map { "; did you mean '\($0)'?" } ?? ""
}
