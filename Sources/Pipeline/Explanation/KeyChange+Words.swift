public import JSONValues

extension KeyChange {
    /// A few words: `perplexity 30 → 50`, `points changed: made by pca`, `file weights changed`.
    public var shortText: String {
        switch part {
        case .stage: "it was '\(old.inWords)'"
        case .version: "version \(old.inWords) → \(new.inWords) of the stage"
        case .parameter: "\(name) \(old.inWords) → \(new.inWords)"
        case .file: "file \(name) \(happened)"
        case .input: "\(name) \(happened)" + (origin.map { ": made by \($0)" } ?? "")
        case .pipeline: "the pipeline's \(name) changed"
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
        case .input: "input \(name) \(happened)" + (origin.map { ": made by \($0)" } ?? "") + digests
        case .pipeline: "the pipeline's \(name): \(old.inWords) → \(new.inWords)"
        case .other: "\(name): \(old.inWords) → \(new.inWords)"
        }
    }

    public var json: JSONValue {
        var json: JSONObject = ["part": .string(part.rawValue), "name": .string(name)]
        json["old"] = old
        json["new"] = new
        if part == .parameter { json["default"] = .bool(isDefault) }
        if let origin { json[part == .input ? "from" : "path"] = .string(origin) }
        if let size { json["size"] = .integer(size) }
        return .object(json)
    }

    private var happened: String { old == nil ? "added" : new == nil ? "removed" : "changed" }

    private var digests: String {
        let texts = [old, new].map { value in
            value.flatMap { ($0["digest"] ?? $0).string }.map { String($0.prefix(12)) }
        }
        switch (texts[0], texts[1]) {
        case (let old?, let new?) where old == new: return "; was called \(self.old?["label"]?.string ?? "otherwise")"
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
        return text.count > 60 ? text.prefix(59) + "…" : text
    }
}
