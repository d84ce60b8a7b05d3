public import JSONValues
public import Storage

/// How to run a plan; nothing in here changes what comes out.
public struct RunOptions: Sendable {
    /// The folder that run folders are in.
    public var runsFolder = "runs"
    public var threads = MachineFacts.processors

    /// Positions in the plan of stages that may run; `nil` for all. Results that are stored are reused all the same.
    public var selected: Set<Int>?

    /// Of these, positions of stages that run although their result is stored.
    public var forced: Set<Int> = []

    /// Whether external files are digested again although they look as they did.
    public var rehashes = false

    /// Whether stages that do not depend on a failed one still run.
    public var keepsGoing = false

    /// For the record.
    public var commandLine: [String] = []
    public var digester = ContentDigester()

    /// Tells errors about wrong data or files, which end with exit code 65, from others.
    public var isBadInput: @Sendable (any Error) -> Bool = { _ in false }
    public var cancellation = Cancellation.process
    public var progress: (any ProgressSink)?

    public init() {}
}

/// What a run came to.
public struct RunResult: Sendable {
    public enum State: String, Sendable {
        case finished, failed, interrupted
    }

    public var state: State
    public var exitCode: Int32

    /// Absolute.
    public var folder: String

    /// Stages by what happened to them.
    public var executed: [String]
    public var reused: [String]
    public var blocked: [String]

    /// One message per failed stage: `FILE: stages.map ('reduce.tsne'): what`, then `  fix: …`.
    public var failures: [String]

    public var json: JSONValue {
        [
            "state": .string(state.rawValue), "folder": .string(folder), "executed": .strings(executed),
            "reused": .strings(reused), "blocked": .strings(blocked), "failures": .strings(failures),
        ]
    }
}

/// Runs what is not finished, one stage after the other, in this process.
public struct Runner {
    private let plan: Plan
    private let store: Store
    private let options: RunOptions
    private let folder: String
    private let log: EventLog
    private let links: OutputLinks
    private let keys: KeyWalk

    /// Results that were in the store before the run.
    private let known: [StoredObject?]
    private let sharedValues = SharedValues()
    private var record: RunRecord
    private var objects: [StoredObject?]
    private var failures: [(message: String, isBadInput: Bool)] = []

    /// Runs a plan.
    ///
    /// The stages' own checks are made first, unless everything is finished.
    ///
    /// - Throws: ``PipelineMistakes`` where a check finds one, ``StoreError`` and ``FileSystemError`` where store or run
    ///   folder cannot be written, ``SelectionError`` where a selected stage needs one that is not, ``RunFolderError`` where the run folder holds something else. A stage that fails does not throw: see ``RunResult/failures``.
    public static func run(_ plan: Plan, in store: Store, options: RunOptions = RunOptions()) throws -> RunResult {
        let walk = try PlanWalk(
            plan, in: store, selected: options.selected, forced: options.forced, rehashing: options.rehashes,
            cancellation: options.cancellation)
        try walk.requireNothingBlocked(in: plan)
        let waiting = walk.states.count(where: \.willRun)
        if waiting > 0, !options.cancellation.isRequested { try plan.check() }
        var runner = try Runner(plan: plan, store: store, options: options, walk: walk)
        return try runner.run(waiting: waiting)
    }

    private init(plan: Plan, store: Store, options: RunOptions, walk: PlanWalk) throws {
        self.plan = plan
        self.store = store
        self.options = options
        folder = Paths.absolute(options.runsFolder) + "/" + plan.file.name
        try FileSystem.makeFolder(folder)
        links = try OutputLinks(runFolder: FileSystem.realPath(folder))
        log = try EventLog(folder: folder, sink: options.progress)
        keys = walk.keys
        known = walk.objects
        objects = Array(repeating: nil, count: plan.stages.count)
        record = RunRecord(
            folder: folder, plan: plan,
            facts: [
                "file": .string(Paths.absolute(plan.file.path)), "command_line": .strings(options.commandLine),
                "convscope_version": .string(convscopeVersion), "host": .string(MachineFacts.host),
                "process": .object(ProcessIdentity.current.json),
                "system": .string(MachineFacts.system), "processors": .integer(MachineFacts.processors),
                "threads": .integer(options.threads), "store": .string(store.path),
            ])
    }

    // MARK: - The walk

    private mutating func run(waiting: Int) throws -> RunResult {
        log.send(.runStarted(name: plan.file.name, finished: plan.stages.count - waiting, waiting: waiting))
        if waiting > 0 { try store.removeLeftovers() }
        // Before any output: it says whose they are.
        if waiting > 0 || RunRecord.former(in: folder) == nil { try record.write(isForced: true) }
        for position in plan.stages.indices {
            if options.cancellation.isRequested { break }
            if !failures.isEmpty && !options.keepsGoing { break }
            try visit(position)
        }
        return try end()
    }

    /// Reuses, runs or blocks a stage.
    private mutating func visit(_ position: Int) throws {
        if let object = known[position] { return try reuse(object, position) }
        guard options.selected?.contains(position) ?? true else { return }
        let planned = plan.stages[position]
        if let source = planned.upstream.first(where: { objects[$0] == nil }) {
            record.stages[position].state = .blocked
            record.stages[position].reason = "\(plan.stages[source].id) has no result"
            return log.send(.stageBlocked(stage: planned.id, by: plan.stages[source].id))
        }
        let key: KeyWalk.Key
        do {
            key = try keys.key(of: planned) { objects[$0]!.manifest }
        } catch {
            return fail(position, error)
        }
        record.stages[position].key = key.digest
        let isForced = options.forced.contains(position)
        if !isForced, case .present(let object) = store.find(key.digest) { return try reuse(object, position) }
        guard let lease = try lease(of: key.digest, for: planned) else { return }
        defer { lease.release() }
        let reason: String
        if isForced {
            reason = RunReason.forced
        } else {
            switch store.find(key.digest) {
            case .present(let object): return try reuse(object, position)
            case .absent: reason = RunReason.absent
            case .damaged(let damage):
                reason = RunReason.damaged(damage)
                log.send(.warning(stage: planned.id, message: reason))
            }
        }
        try execute(position, key, reason: reason)
    }

    /// The right to make a result, waited for while another process makes it; `nil` after an interruption.
    ///
    /// Afterwards the result of the other may be there.
    private func lease(of key: Digest, for planned: PlannedStage) throws -> Lease? {
        var isTold = false
        while true {
            if let lease = try store.lease(of: key) { return lease }
            if !isTold {
                log.send(.warning(stage: planned.id, message: "another process makes this result; waiting for it"))
                isTold = true
            }
            if options.cancellation.isRequested { return nil }
            Moment.wait(seconds: 0.25)
        }
    }

    private mutating func reuse(_ object: StoredObject, _ position: Int) throws {
        objects[position] = object
        record.stages[position].key = object.manifest.key
        record.stages[position].state = .reused
        record.stages[position].manifest = object.manifest
        try links.link(object, of: plan.stages[position])
        log.send(.stageReused(stage: plan.stages[position].id, key: object.manifest.key.hex))
    }

    private mutating func execute(_ position: Int, _ key: KeyWalk.Key, reason: String) throws {
        let planned = plan.stages[position]
        record.stages[position].state = .running
        record.stages[position].reason = reason
        record.stages[position].started = .now
        try record.write()
        log.send(
            .stageStarted(
                stage: planned.id, kind: planned.kind, key: key.digest.hex, position: position + 1,
                total: plan.stages.count, reason: reason))
        let execution = StageExecution(
            plan: plan, planned: planned, key: key, store: store, options: options, log: log,
            externalPaths: keys.externalPaths, sharedValues: sharedValues)
        do {
            let object = try execution.run(inputs: inputs(of: planned), replacing: options.forced.contains(position))
            objects[position] = object
            record.stages[position].manifest = object.manifest
            record.stages[position].state = .finished
            try links.link(object, of: planned)
        } catch is Cancelled {
            record.stages[position].state = .interrupted
            if !options.cancellation.isRequested { options.cancellation.request() }
            log.send(.stageInterrupted(stage: planned.id))
        } catch {
            fail(position, error)
        }
        record.stages[position].ended = .now
        try record.write()
    }

    private func inputs(of planned: PlannedStage) -> [String: [StoredOutput]] {
        Dictionary(
            uniqueKeysWithValues: planned.inputs.map { port, sources in
                let outputs = sources.compactMap { source -> StoredOutput? in
                    guard let object = objects[source.stage], let stored = object.manifest.port(source.port) else {
                        return nil
                    }
                    return StoredOutput(
                        port: stored.name, kind: stored.kind, digest: stored.digest, folder: object.folder,
                        files: stored.files.map(\.path), label: port.isLabelled ? plan.stages[source.stage].id : nil,
                        externalPaths: keys.externalPaths)
                }
                return (port.name, outputs)
            })
    }

    private mutating func fail(_ position: Int, _ error: any Error) {
        let failure = StageFailure(error, isBadInput: options.isBadInput)
        record.stages[position].state = .failed
        record.stages[position].error = failure.message
        failures.append(("\(plan.file.path): \(plan.stages[position].title): \(failure.message)", failure.isBadInput))
        log.send(.stageFailed(stage: plan.stages[position].id, message: failure.message))
    }

    // MARK: - The end

    private mutating func end() throws -> RunResult {
        let isInterrupted =
            options.cancellation.isRequested
            && plan.stages.indices.contains { position in
                let state = record.stages[position].state
                return state == .waiting && options.selected?.contains(position) ?? true || state == .interrupted
            }
        let state: RunResult.State = !failures.isEmpty ? .failed : isInterrupted ? .interrupted : .finished
        blockFollowers()
        let kept = plan.stages.indices.filter { objects[$0] != nil }
        try links.removeAll(but: Set(kept.map { fileName(ofStage: plan.stages[$0].id) }))
        let reports = kept.filter { type(of: plan.stages[$0].stage).outputs.first?.kind == "report" }
        try links.linkReport(reports.map { objects[$0]! })
        record.state = state.rawValue
        try record.write(isForced: true)
        log.send(.runEnded(state: state.rawValue, seconds: Moment.now.seconds(since: record.started)))
        let exitCode: Int32 =
            switch state {
            case .finished: ExitStatus.done
            case .interrupted: options.cancellation.exitCode
            case .failed: failures.allSatisfy(\.isBadInput) ? ExitStatus.wrongInput : ExitStatus.stageFailed
            }
        return RunResult(
            state: state, exitCode: exitCode, folder: folder, executed: ids(.finished), reused: ids(.reused),
            blocked: ids(.blocked), failures: failures.map(\.message))
    }

    /// After a stop at the first failure: those that could not have run anyway.
    private mutating func blockFollowers() {
        for position in plan.stages.indices where record.stages[position].state == .waiting {
            let source = plan.stages[position].upstream.first {
                record.stages[$0].state == .failed || record.stages[$0].state == .blocked
            }
            guard let source else { continue }
            record.stages[position].state = .blocked
            record.stages[position].reason = "\(plan.stages[source].id) has no result"
            log.send(.stageBlocked(stage: plan.stages[position].id, by: plan.stages[source].id))
        }
    }

    private func ids(_ state: RunRecord.State) -> [String] {
        plan.stages.indices.filter { record.stages[$0].state == state }.map { plan.stages[$0].id }
    }
}
