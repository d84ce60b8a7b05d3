import JSONValues

extension KeyChange {
    /// What can happen to a stage of a pipeline. Old and new value are its kind, its name (`renamed`), or what it takes.
    public enum StageChange: String, Sendable {
        case added, removed, renamed, kind, sources
    }

    /// The differences of two outlines as ``PlanOutline`` writes them: stages by their names, because one that comes or
    /// goes moves all others.
    static func outlineChanges(from old: JSONValue?, to new: JSONValue?) -> [KeyChange] {
        guard old != new else { return [] }
        var changes = ["name", "description"].filter { old?[$0] != new?[$0] }.map {
            KeyChange(part: .pipeline, name: $0, old: old?[$0], new: new?[$0])
        }
        var before = OutlineStage.all(old)
        let now = OutlineStage.all(new)
        let (oldNames, newNames) = (Set(before.map(\.id)), Set(now.map(\.id)))
        func change(_ id: String, _ what: StageChange, _ old: JSONValue?, _ new: JSONValue?) {
            let name = JSONPath("stages", id, what.rawValue).description
            changes.append(KeyChange(part: .pipeline, name: name, old: old, new: new, origin: id, stageChange: what))
        }
        let come = now.filter { !oldNames.contains($0.id) }
        let mayBeRenamed = come.count * (before.count - now.count + come.count) <= renameLimit
        // In order: what takes from a renamed stage is compared with the new name.
        for stage in come where mayBeRenamed {
            let alike = before.filter { !newNames.contains($0.id) && $0.isLike(stage) }
            guard alike.count == 1, come.count(where: { $0.isLike(stage) }) == 1 else { continue }
            change(stage.id, .renamed, .string(alike[0].id), .string(stage.id))
            for index in before.indices { before[index].rename(alike[0].id, to: stage.id) }
        }
        let former = Dictionary(before.map { ($0.id, $0) }) { first, _ in first }
        for stage in now {
            guard let old = former[stage.id] else {
                change(stage.id, .added, nil, .string(stage.kind))
                continue
            }
            if old.kind != stage.kind { change(stage.id, .kind, .string(old.kind), .string(stage.kind)) }
            if old.sources != stage.sources {
                change(stage.id, .sources, .strings(old.sources), .strings(stage.sources))
            }
        }
        for stage in before where !newNames.contains(stage.id) {
            change(stage.id, .removed, .string(stage.kind), nil)
        }
        return changes
    }

    /// Pairs of stages that came and went beyond which nobody looks for new names.
    private static var renameLimit: Int { 10_000 }
}

/// A stage of an outline in a manifest, what it takes by name: `pca.embedding`.
private struct OutlineStage {
    var id: String
    var kind: String
    /// Sorted: the order of inputs shows nowhere.
    var sources: [String]

    static func all(_ outline: JSONValue?) -> [OutlineStage] {
        let stages = outline?["stages"]?.array ?? []
        let ids = stages.map { $0["id"]?.string ?? "" }
        return zip(ids, stages).map { id, stage in
            let sources = (stage["sources"]?.array ?? []).compactMap { source -> String? in
                guard let place = source[0]?.int, ids.indices.contains(place), let port = source[1]?.string else {
                    return nil
                }
                return "\(ids[place]).\(port)"
            }
            return OutlineStage(id: id, kind: stage["stage"]?.string ?? "", sources: sources.sorted())
        }
    }

    /// Whether it does the same with the same.
    func isLike(_ other: OutlineStage) -> Bool { kind == other.kind && sources == other.sources }

    mutating func rename(_ name: String, to other: String) {
        if id == name { id = other }
        sources = sources.map { $0.hasPrefix(name + ".") ? other + $0.dropFirst(name.count) : $0 }.sorted()
    }
}
