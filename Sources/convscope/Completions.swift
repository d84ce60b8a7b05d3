import ArgumentParser
import JSONValues
import Pipeline
import Storage

extension CompletionKind {
    /// The kinds of stage that there are.
    static var stageKinds: CompletionKind { .custom { _, _, _ in registry.names.sorted() } }

    /// The names of the stages in the pipeline file that the line names; nothing where it cannot be read.
    static var stagesOfFile: CompletionKind { .custom { words, _, _ in stageNames(inFileOf: words) } }
}

/// The shell waits: the file is read as it is, without what it includes, and nothing is planned.
private func stageNames(inFileOf words: [String]) -> [String] {
    for word in words.dropFirst() {
        let path = word.trimmingQuotes
        guard path.hasSuffix(".json"), let bytes = try? FileSystem.read(path),
            let stages = (try? JSONDocument(parsing: bytes))?.root["stages"]?.object
        else { continue }
        return stages.keys
    }
    return []
}

extension String {
    /// Shells hand words over as they were typed.
    fileprivate var trimmingQuotes: String {
        guard let quote = first, quote == "\"" || quote == "'" else { return self }
        return String(dropFirst().prefix { $0 != quote })
    }
}
