import Storage
import Synchronization

/// What all stages of a run share. Nothing in here changes during the run, or each guards itself.
final class RunContext: Sendable {
    let plan: Plan
    let store: Store
    let options: RunOptions
    let keys: KeyWalk
    let log: EventLog
    let artifacts = SharedArtifacts()
    let trust = InputTrust()

    /// Keys whose results this run has made.
    let made = Mutex<Set<Digest>>([])

    /// Set when the run itself cannot go on.
    let stop = Cancellation()

    init(plan: Plan, store: Store, options: RunOptions, keys: KeyWalk, log: EventLog) {
        (self.plan, self.store, self.options, self.keys, self.log) = (plan, store, options, keys, log)
    }

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
        /// Results of stages that this one takes from are not what they were, by the position of the stage; and how often
        /// each input had been lost before this try.
        case unfitInputs([Int: UnfitInput], losses: [Int: Int])
        case interrupted
        case failed(any Error)
    }

    enum Message: Sendable {
        case started(stage: Int, reason: String, at: Moment)
        case ended(stage: Int, key: KeyWalk.Key?, Outcome)
    }

    /// What has become of a result since the run found or made it.
    enum UnfitInput: Sendable {
        /// It is gone or damaged, and has to be made again.
        case lost(reason: String)
        /// Another process has made it again.
        case replaced(by: StoredObject)
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

    /// Stages may be the same work by two names: once is enough then.
    private func isForced(_ key: Digest) -> Bool {
        context.options.forced.contains(position) && !context.made.withLock { $0.contains(key) }
    }

    /// Says what came of it, and before that, where it takes work, that it starts.
    func run(_ send: (Message) -> Void) {
        var key: KeyWalk.Key?
        let outcome: Outcome
        do {
            let made = try context.keys.key(of: planned) { inputs[$0]!.object.manifest }
            key = made
            outcome = try run(made, send)
        } catch is Cancelled {
            outcome = .interrupted
        } catch  where !context.store.isInPlace {
            outcome = .failed(StoreError.gone(path: context.store.path))
        } catch let error as UnfitInputs {
            outcome = unfit(error.inputs)
        } catch {
            let changed = changedInputs
            outcome = changed.isEmpty ? .failed(error) : unfit(changed)
        }
        send(.ended(stage: position, key: key, outcome))
    }

    private func run(_ key: KeyWalk.Key, _ send: (Message) -> Void) throws -> Outcome {
        let isForced = isForced(key.digest)
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
        try requireSoundInputs()
        send(.started(stage: position, reason: reason, at: .now))
        context.log.send(
            .stageStarted(
                stage: planned.id, kind: planned.kind, key: key.digest.hex, position: position + 1,
                total: context.plan.stages.count, reason: reason))
        let execution = StageExecution(
            context: context, planned: planned, key: key, threads: threads, isAlone: isAlone)
        let object = try execution.run(inputs: storedInputs, replacing: isForced) {
            // A stage that makes do with less than its inputs must not end with a result that has their key.
            let changed = changedInputs
            if !changed.isEmpty { throw UnfitInputs(inputs: changed) }
        }
        context.trust.trust(object)
        context.made.withLock { _ = $0.insert(key.digest) }
        return .made(object)
    }

    private func unfit(_ inputs: [Int: UnfitInput]) -> Outcome {
        .unfitInputs(inputs, losses: self.inputs.mapValues(\.losses))
    }

    private struct UnfitInputs: Error {
        let inputs: [Int: UnfitInput]
    }

    /// - Throws: ``UnfitInputs`` with all inputs that are not what the key was made from: changed since they were found,
    ///   or with other bytes than they were made with.
    private func requireSoundInputs() throws {
        var unfit = changedInputs
        for source in planned.inputs.flatMap(\.sources) where unfit[source.stage] == nil {
            guard let object = inputs[source.stage]?.object else { continue }
            do {
                try context.trust.require(object, port: source.port) { context.isCancelled }
            } catch {
                if context.isCancelled { throw Cancelled() }
                unfit[source.stage] = change(of: object) ?? .lost(reason: "is damaged: \(error)")
            }
        }
        if !unfit.isEmpty { throw UnfitInputs(inputs: unfit) }
    }

    /// Inputs that are no longer in the store as they were, because somebody pruned or deleted them meanwhile, and perhaps
    /// made them again: what was read of one may be half of what it is.
    private var changedInputs: [Int: UnfitInput] { inputs.compactMapValues { change(of: $0.object) } }

    private func change(of object: StoredObject) -> UnfitInput? {
        if object.isUnchanged { return nil }
        return switch context.store.find(object.manifest.key) {
        case .present(let other): .replaced(by: other)
        case .absent: .lost(reason: "is no longer in the store")
        case .damaged(let damage): .lost(reason: "is damaged: \(damage)")
        }
    }

    private var storedInputs: [String: [StoredOutput]] {
        Dictionary(
            uniqueKeysWithValues: planned.inputs.map { port, sources in
                let outputs = sources.compactMap { source -> StoredOutput? in
                    guard let object = inputs[source.stage]?.object, let stored = object.manifest.port(source.port)
                    else {
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
