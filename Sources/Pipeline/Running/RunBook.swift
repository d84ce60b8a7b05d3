import JSONValues
import Storage

/// Keeps the books of a run: what happened to each stage, in the record, the events and the links of the run folder.
/// Used by the one thread that leads the run.
struct RunBook {
    private let context: RunContext
    private let folder: String
    /// Of the folder: another one may take its place.
    private let inode: UInt64?
    private let links: OutputLinks
    private var record: RunRecord
    private var executed: [String] = []
    /// The record of the run before, until this run's own has taken over what it says.
    private var former: FormerRun?
    private(set) var failures: [(message: String, isBadInput: Bool)] = []

    /// The results there are, by position in the plan.
    private(set) var objects: [StoredObject?]

    private var plan: Plan { context.plan }

    init(
        _ context: RunContext, folder: String, links: OutputLinks, run: String, started: Moment
    ) throws(FileSystemError) {
        self.context = context
        self.folder = folder
        inode = try FileSystem.status(of: folder)?.inode
        let (plan, options) = (context.plan, context.options)
        self.links = links
        objects = Array(repeating: nil, count: plan.stages.count)
        record = RunRecord(
            folder: folder, plan: plan, started: started,
            facts: [
                "run": .string(run), "file": .string(Paths.absolute(plan.file.path)),
                "command_line": .strings(options.commandLine),
                "working_folder": .string(Paths.workingFolder),
                "convscope_version": .string(convscopeVersion),
                "host": .string(MachineFacts.host), "process": .object(ProcessIdentity.current.json),
                "system": .string(MachineFacts.system),
                "processors": .integer(MachineFacts.processors), "jobs": .integer(options.jobs),
                "threads": .integer(options.threads), "memory": .integer(options.memory),
                "store": .string(context.store.path),
            ], commandToGoOn: CommandToGoOn(plan, options))
    }

    func state(of position: Int) -> RunRecord.State { record.stages[position].state }

    // MARK: - The start

    /// Says whose the outputs will be, and what was there before: a kill leaves this record.
    mutating func begin(waiting: Int, former: FormerRun) throws {
        context.log.send(
            .runStarted(name: plan.file.name, finished: plan.stages.count - waiting, waiting: waiting))
        self.former = former
        guard waiting > 0 || !former.exists else { return }
        takeOverLastResults()
        // It says that the outputs are ours: they must not be there without it.
        try write(isForced: true, isDurable: true)
    }

    /// What a stage's last result was made from, for those that have none in this run.
    private mutating func takeOverLastResults() {
        defer { former = nil }
        guard let record = former?.record else { return }
        for position in plan.stages.indices {
            self.record.stages[position].last = record.stage(plan.stages[position].id)?.lastResult
        }
    }

    // MARK: - What happens to stages

    /// - Parameters:
    ///   - object: held already.
    ///   - isLinked: whether its links are known to be right.
    mutating func reuse(_ position: Int, _ object: StoredObject, isLinked: Bool = false) throws {
        objects[position] = object
        record.stages[position].key = object.manifest.key
        record.stages[position].keyManifest = object.manifest.keyManifestText
        record.stages[position].state = .reused
        record.stages[position].object = object.manifest
        if !isLinked {
            try requireFolder()
            try links.link(object, of: plan.stages[position])
        }
        context.log.send(.stageReused(stage: plan.stages[position].id, key: object.manifest.key.hex))
    }

    mutating func start(_ position: Int, reason: String, at moment: Moment) throws {
        record.stages[position].state = .running
        record.stages[position].reason = reason
        record.stages[position].started = moment
        try write()
    }

    /// The key that a stage was tried with.
    mutating func note(_ key: KeyWalk.Key, of position: Int) {
        record.stages[position].key = key.digest
        record.stages[position].keyManifest = DeferredJSON(key.manifest)
    }

    mutating func finish(_ position: Int, _ object: StoredObject) throws {
        objects[position] = object
        record.stages[position].object = object.manifest
        record.stages[position].state = .finished
        record.stages[position].ended = .now
        context.store.markUsed(object)
        try requireFolder()
        do {
            try links.link(object, of: plan.stages[position])
            executed.append(plan.stages[position].id)
        } catch {
            fail(position, error)
        }
        try write()
    }

    mutating func interrupt(_ position: Int) throws {
        record.stages[position].state = .interrupted
        record.stages[position].ended = .now
        context.log.send(.stageInterrupted(stage: plan.stages[position].id))
        try write()
    }

    mutating func fail(_ position: Int, _ error: any Error) {
        let failure = StageFailure(error, isBadInput: context.options.isBadInput)
        objects[position] = nil
        record.stages[position].state = .failed
        record.stages[position].ended = .now
        record.stages[position].error = failure.message
        failures.append(("\(plan.file.path): \(plan.stages[position].title): \(failure.message)", failure.isBadInput))
        context.log.send(.stageFailed(stage: plan.stages[position].id, message: failure.message))
    }

    /// - Parameter source: a stage without a result, that it takes from.
    mutating func block(_ position: Int, by source: Int) {
        record.stages[position].state = .blocked
        record.stages[position].reason = "\(plan.stages[source].id) has no result"
        context.log.send(.stageBlocked(stage: plan.stages[position].id, by: plan.stages[source].id))
    }

    /// Another process has made the result again.
    mutating func replace(_ position: Int, by object: StoredObject) {
        objects[position] = object
        record.stages[position].object = object.manifest
    }

    /// The stage is to run again, or for the first time after a try that came to nothing.
    mutating func wait(_ position: Int) {
        objects[position] = nil
        record.stages[position].state = .waiting
        record.stages[position].started = nil
        record.stages[position].object = nil
    }

    /// See ``RunRecord/write(isForced:isDurable:)``.
    mutating func write(isForced: Bool = false, isDurable: Bool = false) throws {
        try requireFolder()
        try record.write(isForced: isForced, isDurable: isDurable)
    }

    /// - Throws: ``RunFolderError`` once somebody has moved or removed the folder: nothing is written then.
    private func requireFolder() throws {
        guard try FileSystem.status(of: folder)?.inode == inode else { throw RunFolderError(gone: folder) }
    }

    // MARK: - The end

    /// Clears up the run folder and writes the last record.
    mutating func end() throws -> RunResult {
        try requireFolder()
        let hasStore = context.store.isInPlace
        if !hasStore, failures.isEmpty {
            failures.append(("\(plan.file.path): \(StoreError.gone(path: context.store.path))", false))
        }
        let isInterrupted =
            context.options.cancellation.isRequested
            && plan.stages.indices.contains {
                let state = record.stages[$0].state
                return state == .waiting && context.isSelected($0) || state == .interrupted
            }
        // Also where a stage has failed: what was stopped is worth going on with, and whoever stopped it is to know.
        var state: RunResult.State = isInterrupted ? .interrupted : failures.isEmpty ? .finished : .failed
        if isInterrupted { takeOverLastResults() }
        let kept = plan.stages.indices.filter { objects[$0] != nil }
        // After an interruption, and without the store, it is not known which results are there.
        if state != .interrupted, hasStore {
            try links.removeAll(but: Set(kept.map { fileName(ofStage: plan.stages[$0].id) }))
            let reports = kept.filter { type(of: plan.stages[$0].stage).outputs.first?.kind == "report" }
            try links.linkReport(reports.map { objects[$0]! })
        }
        record.state = state.rawValue
        do {
            try write(isForced: true, isDurable: !executed.isEmpty)
        } catch let error as FileSystemError {
            // Beside what else has failed, which nobody would hear of otherwise.
            let message = "the record of the run cannot be written: \(error)\n  fix: \(error.fix)"
            failures.append(("\(plan.file.path): \(message)", false))
            state = .failed
            record.state = state.rawValue
        }
        context.log.send(.runEnded(state: state.rawValue, seconds: Moment.now.seconds(since: record.started)))
        let exitCode: Int32 =
            switch state {
            case .finished: ExitStatus.done
            case .interrupted: context.options.cancellation.exitCode
            case .failed: failures.allSatisfy(\.isBadInput) ? ExitStatus.wrongInput : ExitStatus.stageFailed
            }
        return RunResult(
            state: state, exitCode: exitCode, folder: folder, executed: executed, reused: ids(.reused),
            blocked: ids(.blocked), failures: failures.map(\.message),
            commandToGoOn: record.wordsToGoOn.map(shellCommand))
    }

    private func ids(_ state: RunRecord.State) -> [String] {
        plan.stages.indices.filter { record.stages[$0].state == state }.map { plan.stages[$0].id }
    }
}
