public import Storage

/// What a run would do with a stage, and why.
public enum StageState: Sendable {
    /// Its result is in the store.
    case finished(key: Digest)
    /// `key` is unknown while a stage that it takes from has to run first.
    case willRun(key: Digest?, reason: String)

    public var isFinished: Bool {
        if case .finished = self { true } else { false }
    }
}

/// What every stage of a plan would need, found out without running anything.
struct PlanWalk {
    let keys: KeyWalk
    private(set) var states: [StageState] = []

    /// The results that are in the store.
    private(set) var objects: [StoredObject?] = []

    /// - Parameter cancellation: after it the rest of the stages is not looked at.
    init(_ plan: Plan, in store: Store, forced: Set<Int>, cancellation: Cancellation? = nil) throws {
        keys = KeyWalk(plan: plan, store: store)
        for (position, planned) in plan.stages.enumerated() {
            if cancellation?.isRequested == true {
                states.append(.willRun(key: nil, reason: RunReason.interrupted))
                objects.append(nil)
                continue
            }
            if let first = planned.upstream.first(where: { objects[$0] == nil }) {
                states.append(.willRun(key: nil, reason: "upstream \(plan.stages[first].id) runs"))
                objects.append(nil)
                continue
            }
            let key = try keys.key(of: planned) { objects[$0]!.manifest }.digest
            let found = forced.contains(position) ? nil : store.find(key)
            switch found {
            case .present: states.append(.finished(key: key))
            case .absent: states.append(.willRun(key: key, reason: RunReason.absent))
            case .damaged(let reason): states.append(.willRun(key: key, reason: RunReason.damaged(reason)))
            case nil: states.append(.willRun(key: key, reason: RunReason.forced))
            }
            if case .present(let object) = found { objects.append(object) } else { objects.append(nil) }
        }
    }
}

extension Plan {
    /// The same walk as a run, without running.
    ///
    /// - Parameter forced: positions of stages that run although their result is there.
    /// - Throws: ``StoreError`` where an external file cannot be read.
    public func states(in store: Store, forced: Set<Int> = []) throws -> [StageState] {
        try PlanWalk(self, in: store, forced: forced).states
    }

    /// Positions of the stages that a command-line argument names: an instance, or a stage with all its instances.
    /// `nil` where there are none.
    public func positions(named name: String) -> Set<Int>? {
        let positions = stages.indices.filter { stages[$0].id == name || stages[$0].declaration == name }
        return positions.isEmpty ? nil : Set(positions)
    }
}

/// Why a stage runs, in words.
enum RunReason {
    static let absent = "no result is stored"
    static let interrupted = "the run was interrupted before it was looked at"
    static let forced = "it is forced"
    static func damaged(_ reason: String) -> String { "the stored result is damaged: \(reason)" }
}
