import JSONValues
public import Storage

/// What a run would do with every stage of a plan, and why: compares the manifest that a key is made from with that of
/// the stage's last result.
public struct PlanExplanation {
    public let plan: Plan
    public var states: [StageState] { walk.states }

    private let walk: PlanWalk
    private let store: Store?
    private let record: RecordedRun?

    /// - Parameters:
    ///   - store: `nil` where there is none yet: everything will run.
    ///   - positions: what may run; `nil` for everything.
    ///   - runFolder: where the last run left its record, the first source of last results; objects in the store are the
    ///     second. A record that cannot be read is none.
    /// - Throws: ``StoreError`` where an external file cannot be read.
    public init(
        _ plan: Plan, in store: Store?, _ positions: StageSelection.Positions? = nil, rehashing: Bool = false,
        runFolder: String, alwaysReadsRecord: Bool = false
    ) throws {
        self.plan = plan
        self.store = store
        walk = try PlanWalk(
            plan, in: store, selected: positions?.selected, forced: positions?.forced ?? [], rehashing: rehashing)
        // Not worth reading where there is nothing to explain.
        let isNeeded = alwaysReadsRecord || walk.states.contains(where: \.willRun)
        record = isNeeded ? try? RecordedRun(reading: runFolder) : nil
    }

    public func explanation(of position: Int) throws -> StageExplanation {
        let planned = plan.stages[position]
        let state = walk.states[position]
        var history = StageExplanation.History.none
        var blocker: String?
        var waitsFor: [String] = []
        switch state {
        case .notSelected: break
        case .blocked(let source): blocker = plan.stages[source].id
        case .finished: history = try self.history(of: position)
        case .willRun:
            history = try self.history(of: position)
            waitsFor = planned.upstream.filter { walk.states[$0].willRun }.map { plan.stages[$0].id }
        }
        return StageExplanation(
            id: planned.id, kind: planned.kind, state: state, history: history, waitsFor: waitsFor, blockedBy: blocker,
            lastRun: (record?.json["ended"] ?? record?.json["started"])?.string)
    }

    /// Positions of the stages that somebody who asks about these also wants to know about: those they wait for or whose
    /// results changed, over whatever way. Starts with the stages themselves; each comes once.
    public func causes(of positions: [Int]) throws -> [Int] {
        var order: [Int] = []
        var seen = Set(positions)
        var waiting = positions[...]
        while let position = waiting.popFirst() {
            order.append(position)
            let explanation = try explanation(of: position)
            let changed = Set(explanation.changes.filter { $0.part == .input }.compactMap(\.origin))
            let waitsFor = Set(explanation.waitsFor)
            for source in plan.stages[position].upstream {
                let id = plan.stages[source].id
                guard waitsFor.contains(id) || changed.contains(id) else { continue }
                if seen.insert(source).inserted { waiting.append(source) }
            }
        }
        return order
    }

    private func history(of position: Int) throws -> StageExplanation.History {
        guard let last = record?.stage(plan.stages[position].id)?.last else { return .none }
        var manifest = last.manifest
        if manifest == nil, case .present(let object)? = store?.find(last.key) {
            manifest = object.manifest.keyManifest
        }
        guard let manifest else { return .unknown }
        let now = try walk.keys.manifest(of: plan.stages[position]) { walk.objects[$0]?.manifest }
        let changes = KeyChange.changes(from: manifest, to: now)
        return .compared(changes.isEmpty ? [] : described(changes, of: plan.stages[position]))
    }

    /// With what the plan knows about them and the manifests do not.
    private func described(_ changes: [KeyChange], of planned: PlannedStage) -> [KeyChange] {
        let defaults = JSONValue.object(
            JSONObject(
                type(of: planned.stage).init().parameterList.compactMap { entry in
                    entry.parameter.json.map { (snakeCase(entry.property), $0) }
                }))
        let files = Dictionary(planned.externalFiles.map { ($0.keyName, $0) }) { first, _ in first }
        let sources = sources(of: planned)
        return changes.map { change in
            var change = change
            switch change.part {
            case .parameter:
                let path = JSONPath(parsing: change.name) ?? .root
                change.isDefault = change.new != nil && defaults[path] == change.new
            case .file:
                let file = files[change.name]
                change.origin = file?.path
                change.size = file.flatMap { (try? FileSystem.status(of: $0.path)) ?? nil }?.size
            case .input:
                let digest = (change.new?["digest"] ?? change.new)?.string
                change.origin = digest.flatMap { sources[String(change.name.prefix { $0 != "[" })]?[$0] }
            case .stage, .version, .pipeline, .other: break
            }
            return change
        }
    }

    /// Which stage made what an input takes, by the name of the port and the digest; the first of several.
    private func sources(of planned: PlannedStage) -> [String: [String: String]] {
        var sources: [String: [String: String]] = [:]
        for (port, connected) in planned.inputs {
            sources[port.name] = Dictionary(
                connected.compactMap { source in
                    let digest = walk.objects[source.stage]?.manifest.port(source.port)?.digest.hex
                    return digest.map { ($0, plan.stages[source.stage].id) }
                }
            ) { first, _ in first }
        }
        return sources
    }
}
