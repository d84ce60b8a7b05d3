import Storage

/// What all stages of a run share. Nothing in here changes during the run, or each guards itself.
struct RunContext: Sendable {
    let plan: Plan
    let store: Store
    let options: RunOptions
    let keys: KeyWalk
    let log: EventLog
    let artifacts = SharedArtifacts()
    let trust = InputTrust()

    /// Set when the run itself cannot go on.
    let stop = Cancellation()

    func isSelected(_ position: Int) -> Bool { options.selected?.contains(position) ?? true }

    var isCancelled: Bool { options.cancellation.isRequested || stop.isRequested }
}

/// One try to bring about the result of a stage whose inputs are there, on whatever thread.
struct StageAttempt: Sendable {
    enum Outcome: Sendable {
        /// The result was there, or another process was faster.
        case reused(StoredObject)
        case made(StoredObject)
        /// Another process makes it at the moment.
        case elsewhere
        /// The result of a stage that this one takes from is gone or damaged, so that it has to be made again.
        /// `losses` as in ``Source``; `nil` where it has been made again already.
        case lostInput(stage: Int, losses: Int?, reason: String)
        case interrupted
        case failed(any Error)
    }

    enum Message: Sendable {
        case started(stage: Int, reason: String, at: Moment)
        case ended(stage: Int, key: KeyWalk.Key?, Outcome)
    }

    /// The result of a stage that this one takes from.
    struct Source: Sendable {
        let object: StoredObject
        /// How often it had been made again before this try.
        let losses: Int
    }

    let context: RunContext
    let position: Int
    /// By the position of the stage.
    let inputs: [Int: Source]
    let threads: Int
    /// Whether no other stage runs at the start.
    let isAlone: Bool

    private var planned: PlannedStage { context.plan.stages[position] }
    private var isForced: Bool { context.options.forced.contains(position) }

    /// Says what came of it, and before that, where it takes work, that it starts.
    func run(_ send: (Message) -> Void) {
        var key: KeyWalk.Key?
        let outcome: Outcome
        let identities = inputs.mapValues(\.object.identity)
        do {
            let made = try context.keys.key(of: planned) { inputs[$0]!.object.manifest }
            key = made
            outcome = try run(made, identities, send)
        } catch is Cancelled {
            outcome = .interrupted
        } catch let error as LostInput {
            outcome = error.outcome
        } catch {
            outcome = lostInput(since: identities) ?? .failed(error)
        }
        send(.ended(stage: position, key: key, outcome))
    }

    private func run(
        _ key: KeyWalk.Key, _ identities: [Int: FileSystem.Status?], _ send: (Message) -> Void
    ) throws -> Outcome {
        if !isForced, case .present(let object) = context.store.claim(key.digest) { return .reused(object) }
        guard let lease = try context.store.lease(of: key.digest) else { return .elsewhere }
        defer { lease.release() }
        let reason: String
        switch isForced ? nil : context.store.claim(key.digest) {
        case nil: reason = RunReason.forced
        case .present(let object): return .reused(object)
        case .absent: reason = RunReason.absent
        case .damaged(let damage):
            reason = RunReason.damaged(damage)
            context.log.send(.warning(stage: planned.id, message: reason))
        }
        if let damaged = try damagedInput() { return damaged }
        send(.started(stage: position, reason: reason, at: .now))
        context.log.send(
            .stageStarted(
                stage: planned.id, kind: planned.kind, key: key.digest.hex, position: position + 1,
                total: context.plan.stages.count, reason: reason))
        let execution = StageExecution(
            context: context, planned: planned, key: key, threads: threads, isAlone: isAlone)
        let object = try execution.run(inputs: storedInputs, replacing: isForced) {
            // A stage that makes do with less than its inputs must not end with a result that has their key.
            if let outcome = lostInput(since: identities) { throw LostInput(outcome: outcome) }
        }
        context.trust.trust(object)
        return .made(object)
    }

    /// An input went while the stage ran.
    private struct LostInput: Error {
        let outcome: Outcome
    }

    /// An input whose bytes are not those it was made with.
    private func damagedInput() throws -> Outcome? {
        for source in planned.inputs.flatMap(\.sources) {
            guard let input = inputs[source.stage] else { continue }
            do {
                try context.trust.require(input.object, port: source.port) { context.isCancelled }
            } catch {
                if context.isCancelled { throw Cancelled() }
                return .lostInput(stage: source.stage, losses: input.losses, reason: "is damaged: \(error)")
            }
        }
        return nil
    }

    /// An input that is no longer in the store as it was, because somebody pruned or deleted it meanwhile, and perhaps
    /// made it again: what was read of it may be half of what it is.
    private func lostInput(since identities: [Int: FileSystem.Status?]) -> Outcome? {
        for (stage, input) in inputs.sorted(by: { $0.key < $1.key }) {
            let reason: String
            switch context.store.find(input.object.manifest.key) {
            case .present where input.object.identity == identities[stage]: continue
            case .present: return .lostInput(stage: stage, losses: nil, reason: "was made again while it was read")
            case .absent: reason = "is no longer in the store"
            case .damaged(let damage): reason = "is damaged: \(damage)"
            }
            return .lostInput(stage: stage, losses: input.losses, reason: reason)
        }
        return nil
    }

    private var storedInputs: [String: [StoredOutput]] {
        Dictionary(
            uniqueKeysWithValues: planned.inputs.map { port, sources in
                let outputs = sources.compactMap { source -> StoredOutput? in
                    guard let object = inputs[source.stage]?.object, let stored = object.manifest.port(source.port) else {
                        return nil
                    }
                    return StoredOutput(
                        port: stored.name, kind: stored.kind, digest: stored.digest, folder: object.folder,
                        files: stored.files.map(\.path),
                        label: port.isLabelled ? context.plan.stages[source.stage].id : nil,
                        externalPaths: context.keys.externalPaths)
                }
                return (port.name, outputs)
            })
    }
}
