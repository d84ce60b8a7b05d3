public import JSONValues

extension KeyChange {
    /// A few words: `perplexity 30 → 50`, `points changed: made by pca`, `file weights changed`.
    public var shortText: String {
        switch part {
        case .stage: "it was '\(old.inWords)'"
        case .version: "version \(old.inWords) → \(new.inWords) of the stage"
        case .parameter: "\(name) \(old.inWords) → \(new.inWords)"
        case .file: "file \(name) \(happened)"
        case .input: inputWords
        case .pipeline: "in the pipeline, \(pipelineWords)"
        case .other: "\(name) changed"
        }
    }

    /// A line: with defaults named, digests and sizes.
    public var text: String {
        switch part {
        case .stage: "kind of stage: \(old.inWords) → \(new.inWords)"
        case .version: "version of the stage: \(old.inWords) → \(new.inWords)"
        case .parameter: "\(name): \(old.inWords) → \(new.inWords)" + (isDefault ? " (default)" : "")
        case .file:
            "file \(name) \(happened)" + (origin.map { ": \($0)" } ?? "") + (size.map { ", \($0) bytes" } ?? "")
                + digests
        case .input: "input \(inputWords)" + digests
        case .pipeline: "it shows the whole pipeline, in which \(pipelineWords)"
        case .other: "\(name): \(old.inWords) → \(new.inWords)"
        }
    }

    public var json: JSONValue {
        var json: JSONObject = ["part": .string(part.rawValue), "name": .string(name)]
        json["old"] = old
        json["new"] = new
        if part == .parameter { json["default"] = .bool(isDefault) }
        if let stageChange { json["change"] = .string(stageChange.rawValue) }
        if let origin { json[part == .input ? "from" : part == .pipeline ? "stage" : "path"] = .string(origin) }
        if let formerConnection { json["was_from"] = .string(formerConnection) }
        if let size { json["size"] = .integer(size) }
        return .object(json)
    }

    private var happened: String { old == nil ? "added" : new == nil ? "removed" : "changed" }

    /// `sections: shapes added`, `points changed: made by pca`
    private var inputWords: String {
        let (was, called) = (old?["label"]?.string, new?["label"]?.string)
        if isReordering {
            let names = [new, old].map { listed(($0?.array ?? []).compactMap { $0["label"]?.string }) }
            return "\(name) in another order" + (names[0].isEmpty ? "" : ": \(names[0]); was \(names[1])")
        }
        if let was, let called, was != called { return "\(name): \(was) is called \(called) now" }
        if old == nil || new == nil, let label = called ?? was { return "\(name): \(label) \(happened)" }
        return "\(name) \(happened)" + (origin.map { ": made by \($0)" } ?? "")
            + (formerConnection.map { ", and was made by \($0)" } ?? "")
    }

    private var pipelineWords: String {
        let stage = "'\(origin ?? "")'"
        switch stageChange {
        case .added: return "\(stage) ('\(new.inWords)') is new"
        case .removed: return "\(stage) ('\(old.inWords)') is gone"
        case .renamed: return "'\(old.inWords)' is called \(stage) now"
        case .kind: return "\(stage) is '\(new.inWords)' instead of '\(old.inWords)'"
        case .sources:
            let (old, new) = ((old?.array ?? []).compactMap(\.string), (new?.array ?? []).compactMap(\.string))
            let (gone, come) = (old.filter { !new.contains($0) }, new.filter { !old.contains($0) })
            switch (gone.isEmpty, come.isEmpty) {
            case (true, true): return "\(stage) takes the same another number of times"
            case (true, false): return "\(stage) takes \(listed(come)) as well"
            case (false, true): return "\(stage) takes \(listed(gone)) no longer"
            case (false, false): return "\(stage) takes \(listed(come)) instead of \(listed(gone))"
            }
        case nil: return "the \(name) changed: \(old.inWords) → \(new.inWords)"
        }
    }

    private var digests: String {
        let texts = [old, new].map { value in
            value.flatMap { ($0["digest"] ?? $0).string }.map { String($0.prefix(12)) }
        }
        switch (texts[0], texts[1]) {
        case (let old?, let new?) where old == new: return ", with the same content"
        case (let old?, let new?): return "; SHA-256 \(old)… → \(new)…"
        case (nil, let only?), (let only?, nil): return "; SHA-256 \(only)…"
        case (nil, nil): return ""
        }
    }
}

extension JSONValue? {
    /// Short, for a line of text; whole numbers without a fraction.
    fileprivate var inWords: String {
        guard let self else { return "not there" }
        if case .number(let number) = self, let whole = Int(exactly: number) { return "\(whole)" }
        let text = self.string ?? self.canonicalText
        if text.isEmpty { return "nothing" }
        return text.count > 60 ? text.prefix(59) + "…" : text
    }
}
