import JSONValues
public import Storage

/// Runs what is not finished, in this process: stages on threads of their own, as many side by side as jobs, cores and
/// memory allow. One thread leads: it alone decides what starts and keeps the books, and the others tell it what they did.
public struct Runner {
    private let context: RunContext
    private let mailbox = Mailbox<StageAttempt.Message>()
    private var book: RunBook
    private var schedule: Schedule
    private var budget: Budget

    /// Each running stage with its thread and what it has of the budget.
    private var running: [Int: (thread: WorkerThread, demand: Budget.Demand)] = [:]

    /// Stages whose result another process makes, or another stage of this run, and when they were last tried.
    private var elsewhere: (stages: [Int: Digest], tried: Moment) = ([:], .now)

    private var tries: [Int: Int] = [:]

    /// Of each stage whose waiting somebody was told about, whether the other process had given no sign of life.
    private var isInTrouble: [Int: Bool] = [:]

    /// How often a stage was tried in vain because of each input.
    private var vainTries: [Int: [Int: Int]] = [:]

    private var takers = ArtifactTakers()

    private static let secondsBetweenTries = 0.25
    private static let mostVainTries = 3

    /// Runs a plan.
    ///
    /// The stages' own checks are made first, unless everything is finished.
    ///
    /// - Throws: ``PipelineMistakes`` where a check finds one, ``StoreError`` and ``FileSystemError`` where store or run
    ///   folder cannot be written, ``SelectionError`` where a selected stage needs one that is not, ``RunFolderError``
    ///   where the run folder holds something else, or is gone. A stage that fails does not throw: see
    ///   ``RunResult/failures``.
    public static func run(_ plan: Plan, in store: Store, options: RunOptions = RunOptions()) throws -> RunResult {
        let started = Moment.now
        // From here on nobody prunes what is noted as used; a store that cannot be written says so when it has to be.
        try? store.beginSession()
        defer { store.endSession() }
        let walk = try PlanWalk(
            plan, in: store, selected: options.selected, forced: options.forced, rehashing: options.rehashes,
            holding: true, cancellation: options.cancellation)
        try walk.requireNothingBlocked(in: plan)
        let waiting = walk.states.count(where: \.willRun)
        if waiting > 0, !options.cancellation.isRequested { try plan.check() }
        let folder = Paths.absolute(options.runsFolder) + "/" + plan.file.name
        try FileSystem.makeFolder(folder)
        let former = FormerRun(in: folder)
        let links = try OutputLinks(runFolder: FileSystem.realPath(folder), store: store, former: former)
        let run = started.runName
        let log = try EventLog(folder: folder, run: run, sink: options.progress)
        let context = RunContext(plan: plan, store: store, options: options, keys: walk.keys, log: log)
        var book = try RunBook(context, folder: folder, links: links, run: run, started: started)
        _ = try? store.removeLeftovers()
        Replacement.removeAbandoned(in: folder)
        try book.begin(waiting: waiting, former: former)
        // A root without a record is none.
        try store.addRoot(folder)
        let areLinked = links.expected.areThere(for: walk.objects, of: plan)
        for (position, object) in walk.objects.enumerated() where !options.cancellation.isRequested {
            if let object { try book.reuse(position, object, isLinked: areLinked[position]) }
        }
        if waiting > 0, !options.cancellation.isRequested {
            var runner = Runner(context, book, former)
            try runner.work()
            book = runner.book
        }
        if options.endsProcess { keepUntilExit((context, walk, book)) }
        return try book.end()
    }

    private init(_ context: RunContext, _ book: RunBook, _ former: FormerRun) {
        self.context = context
        self.book = book
        let (plan, options) = (context.plan, context.options)
        budget = Budget(jobs: options.jobs, threads: options.threads, memory: options.memory)
        let seconds = ExpectedTimes(plan, former: former.record, objects: book.objects).seconds
        schedule = Schedule(upstream: plan.stages.map(\.upstream), seconds: seconds)
        for position in plan.stages.indices where book.objects[position] != nil {
            schedule.finish(position) { _ in false }
        }
        for position in plan.stages.indices where isToRun(position) {
            schedule.add(position)
            takers.add(plan.stages[position])
        }
        for (position, object) in book.objects.enumerated() {
            if let object { takers.found(object, of: position) }
        }
    }

    // MARK: - Leading

    /// Until nothing runs and nothing more can start.
    private mutating func work() throws {
        do {
            while true {
                if mayStart { startStages() }
                if running.isEmpty && (elsewhere.stages.isEmpty || !mayStart) { return }
                if let message = mailbox.next(within: Self.secondsBetweenTries) { try receive(message) }
                tryAgainElsewhere()
            }
        } catch {
            // Nobody would hear what the others do: they stop before this goes on.
            context.stop.request()
            while !running.isEmpty {
                guard case .ended(let position, _, _)? = mailbox.next(within: 1) else { continue }
                running.removeValue(forKey: position)?.thread.join()
            }
            throw error
        }
    }

    private var mayStart: Bool {
        !context.isCancelled && (book.failures.isEmpty || context.options.keepsGoing)
    }

    private mutating func startStages() {
        while !budget.isFull {
            let (plan, budget) = (context.plan, budget)
            let next = schedule.next { budget.fits(budget.demand(of: plan.stages[$0].resources)) }
            guard let position = next else { return }
            start(position)
        }
    }

    private mutating func start(_ position: Int) {
        let planned = context.plan.stages[position]
        if budget.isExceeded(by: planned.resources) {
            let message = "it asks for more memory than there is for this run, and runs alone"
            context.log.send(.warning(stage: planned.id, message: message))
        }
        let demand = budget.demand(of: planned.resources)
        let attempt = StageAttempt(
            context: context, position: position,
            inputs: Dictionary(
                uniqueKeysWithValues: planned.upstream.map {
                    ($0, StageAttempt.Source(object: book.objects[$0]!, losses: schedule.losses[$0]))
                }),
            threads: demand.threads, isAlone: budget.running == 0)
        elsewhere.stages[position] = nil
        budget.take(demand)
        running[position] = (WorkerThread { [mailbox] in attempt.run(mailbox.send) }, demand)
    }

    /// Stages that another process makes become ready again now and then: it may have finished, or died.
    private mutating func tryAgainElsewhere() {
        guard !elsewhere.stages.isEmpty, Moment.now.seconds(since: elsewhere.tried) >= Self.secondsBetweenTries else {
            return
        }
        for position in elsewhere.stages.keys { schedule.giveBack(position) }
        elsewhere = ([:], .now)
    }

    // MARK: - Hearing

    private mutating func receive(_ message: StageAttempt.Message) throws {
        switch message {
        case .started(let position, let reason, let moment): try book.start(position, reason: reason, at: moment)
        case .ended(let position, let key, let outcome):
            let (thread, demand) = running.removeValue(forKey: position)!
            thread.join()
            budget.giveBack(demand)
            if let key { book.note(key, of: position) }
            try settle(position, key, outcome)
            blockIfHopeless(position)
            if book.state(of: position) != .waiting { letGoOfInputs(of: position) }
        }
    }

    private mutating func settle(_ position: Int, _ key: KeyWalk.Key?, _ outcome: StageAttempt.Outcome) throws {
        switch outcome {
        case .reused(let object):
            try book.reuse(position, object)
            finish(position)
        case .made(let object):
            try book.finish(position, object)
            if book.state(of: position) == .finished { finish(position) } else { blockFollowers(of: position) }
        case .elsewhere:
            if elsewhere.stages.isEmpty { elsewhere.tried = .now }
            elsewhere.stages[position] = key?.digest
            tries[position, default: 0] += 1
            if tries[position]! > 1 { warnOfWaiting(position) }
        case .unfitInputs(let unfit, let losses): try tryAgain(position, unfit, losses)
        case .interrupted:
            try book.interrupt(position)
            if !context.isCancelled { context.options.cancellation.request() }
        case .failed(let error):
            book.fail(position, error)
            blockFollowers(of: position)
            try book.write()
        }
    }

    /// Says whose result a stage waits for, and when nothing is heard of that one any more.
    private mutating func warnOfWaiting(_ position: Int) {
        let holder = elsewhere.stages[position].flatMap(context.store.holder(ofLeaseOf:))
        guard let holder, isInTrouble[position] != (holder.trouble != nil) else { return }
        isInTrouble[position] = holder.trouble != nil
        let message = holder.trouble ?? "its result is being made by \(holder); waiting for it"
        context.log.send(.warning(stage: context.plan.stages[position].id, message: message))
    }

    private mutating func finish(_ position: Int) {
        let toRun = Set(followersToRun(of: position))
        schedule.finish(position) { toRun.contains($0) }
        guard let object = book.objects[position] else { return }
        takers.found(object, of: position)
        // Another stage of this run may have waited for the same result.
        let key = object.manifest.key
        for waiting in elsewhere.stages.filter({ $0.value == key }).keys {
            elsewhere.stages[waiting] = nil
            schedule.giveBack(waiting)
        }
    }

    private func followersToRun(of position: Int) -> [Int] { schedule.followers[position].filter(isToRun) }

    private func isToRun(_ position: Int) -> Bool {
        book.state(of: position) == .waiting && running[position] == nil && context.isSelected(position)
    }

    /// A stage that is to be tried again may meanwhile have lost what it takes from for good.
    private mutating func blockIfHopeless(_ position: Int) {
        guard book.state(of: position) == .waiting,
            let source = context.plan.stages[position].upstream.first(where: {
                [.failed, .blocked].contains(book.state(of: $0))
            })
        else { return }
        elsewhere.stages[position] = nil
        book.block(position, by: source)
        blockFollowers(of: position)
    }

    private mutating func blockFollowers(of position: Int) {
        var open = [position]
        while let source = open.popLast() {
            for follower in followersToRun(of: source) {
                book.block(follower, by: source)
                letGoOfInputs(of: follower)
                open.append(follower)
            }
        }
    }

    /// A stage is to be tried again because results that it takes were not what they had been.
    private mutating func tryAgain(_ position: Int, _ unfit: [Int: StageAttempt.UnfitInput], _ losses: [Int: Int])
        throws
    {
        // Another stage that takes it may have noticed before; what is there now is then another result.
        let unfit = unfit.filter { losses[$0.key] == schedule.losses[$0.key] }.sorted { $0.key < $1.key }
        for (source, problem) in unfit {
            vainTries[position, default: [:]][source, default: 0] += 1
            let isHopeless = vainTries[position]![source]! > Self.mostVainTries
            guard case .lost(let reason) = problem, isHopeless || !context.isSelected(source) else { continue }
            let id = context.plan.stages[source].id
            let fix = isHopeless ? "see that nothing else changes the store" : "select '\(id)' too"
            book.fail(position, StageError("the stored result of '\(id)' \(reason)", fix: fix, kind: .failed))
            return blockFollowers(of: position)
        }
        book.wait(position)
        for (source, problem) in unfit {
            switch problem {
            case .lost(let reason): try lose(source, reason: reason)
            case .replaced(let object): replace(source, by: object)
            }
        }
        schedule.giveBack(position)
    }

    /// Another process has made the result of a stage again: who takes it from now on takes the new one.
    private mutating func replace(_ source: Int, by object: StoredObject) {
        guard let old = book.objects[source], old.stamps != object.stamps else { return }
        let message = "its stored result was made again by somebody else; it is read anew"
        context.log.send(.warning(stage: context.plan.stages[source].id, message: message))
        takers.lost(old, of: source)
        book.replace(source, by: object)
        takers.found(object, of: source)
    }

    /// The result of a stage is of no use: it runs again.
    private mutating func lose(_ source: Int, reason: String) throws {
        guard let object = book.objects[source] else { return }
        let stage = context.plan.stages[source]
        context.log.send(.warning(stage: stage.id, message: "its stored result \(reason); it is made again"))
        try context.store.setAside(object.manifest.key)
        context.trust.distrust(object)
        context.artifacts.drop(Set(object.manifest.ports.map(\.digest)))
        takers.lost(object, of: source)
        takers.add(stage)
        book.wait(source)
        schedule.reopen(source)
    }

    /// Lets go of shared artifacts that no stage will take any more.
    private mutating func letGoOfInputs(of position: Int) {
        let unused = takers.remove(context.plan.stages[position])
        if !unused.isEmpty { context.artifacts.drop(unused) }
    }
}
