import Storage

/// What every stage of a plan would need, found out without running anything.
struct PlanWalk {
    let keys: KeyWalk
    private(set) var states: [StageState] = []

    /// The results that are in the store.
    private(set) var objects: [StoredObject?] = []

    /// - Parameters:
    ///   - store: `nil` where there is none yet.
    ///   - selected: positions of stages that may run; `nil` for all. What is finished is found all the same.
    ///   - forced: of these, positions of stages that run although their result is there.
    ///   - rehashing: whether external files are digested again although they look as they did.
    ///   - holding: whether nobody is to prune the results before this process ends its session.
    ///   - cancellation: after it the rest of the stages is not looked at.
    init(
        _ plan: Plan, in store: Store?, selected: Set<Int>? = nil, forced: Set<Int>, rehashing: Bool = false,
        holding: Bool = false, cancellation: Cancellation? = nil
    ) throws {
        keys = KeyWalk(plan: plan, store: store, isRehashing: rehashing, cancellation: cancellation)
        var isTrue: Bool
        repeat {
            try walk(plan, in: store, selected, forced, cancellation)
            let found = objects.compactMap { $0 }
            isTrue = store.map { holding ? $0.hold(found) : $0.confirm(found) } ?? true
        } while !isTrue
    }

    /// Goes through the stages with what the store recalls of their results.
    private mutating func walk(
        _ plan: Plan, in store: Store?, _ selected: Set<Int>?, _ forced: Set<Int>, _ cancellation: Cancellation?
    ) throws {
        (states, objects) = ([], [])
        for (position, planned) in plan.stages.enumerated() {
            let isSelected = selected?.contains(position) ?? true
            if cancellation?.isRequested == true {
                leaveOut(isSelected: isSelected)
                continue
            }
            if let waiting = planned.upstream.first(where: { objects[$0] == nil }) {
                states.append(isSelected ? state(takingFrom: planned, waiting: waiting, of: plan) : .notSelected)
                objects.append(nil)
                continue
            }
            let key: Digest
            do {
                key = try keys.key(of: planned) { objects[$0]!.manifest }.digest
            } catch is Cancelled {
                leaveOut(isSelected: isSelected)
                continue
            }
            let found = forced.contains(position) ? nil : store?.recall(key) ?? .absent
            if case .present(let object) = found {
                states.append(.finished(key: key))
                objects.append(object)
                continue
            }
            objects.append(nil)
            guard isSelected else {
                states.append(.notSelected)
                continue
            }
            switch found {
            case .damaged(let reason): states.append(.willRun(key: key, reason: RunReason.damaged(reason)))
            case nil: states.append(.willRun(key: key, reason: RunReason.forced))
            default: states.append(.willRun(key: key, reason: RunReason.absent))
            }
        }
    }

    /// Nothing is known of a stage that is not looked at.
    private mutating func leaveOut(isSelected: Bool) {
        states.append(isSelected ? .willRun(key: nil, reason: RunReason.interrupted) : .notSelected)
        objects.append(nil)
    }

    /// Of a selected stage some of whose sources have no result, `waiting` being the first.
    private func state(takingFrom planned: PlannedStage, waiting: Int, of plan: Plan) -> StageState {
        for source in planned.upstream {
            switch states[source] {
            case .notSelected: return .blocked(by: source)
            case .blocked(let first): return .blocked(by: first)
            case .finished, .willRun: continue
            }
        }
        return .willRun(key: nil, reason: "upstream \(plan.stages[waiting].id) runs")
    }

    /// - Throws: ``SelectionError`` where a selected stage cannot run because of what is left out.
    func requireNothingBlocked(in plan: Plan) throws(SelectionError) {
        for (planned, state) in zip(plan.stages, states) {
            guard case .blocked(let source) = state else { continue }
            throw .blocked(planned.id, by: plan.stages[source].id, in: plan.file.path)
        }
    }
}
