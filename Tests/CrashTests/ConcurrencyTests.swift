import Foundation
import JSONValues
import Storage
import Synchronization
import Testing

/// Many processes that want the same two hundred results of one store, some of them killed at random moments.
@Suite struct ConcurrencyTests {
    private static let processes = 32
    private static let stages = 200
    /// The last ones with `cache prune` running all the time beside them.
    private static let rounds = Sweep.isFull ? 20 : 4
    private static let pruningRounds = Sweep.isFull ? 6 : 2

    /// What all rounds together came to.
    struct Tally {
        var computed = 0
        var computedTwice = 0
        var lostToKills = 0
        var kills = 0
        var prunes = 0
        var pruned = 0
    }

    @Test func `processes on one store make each result once, whoever is killed`() throws {
        let sweep = try Sweep()
        let scene = try sweep.scene("shared")
        var random = SeededNumbers(seed: 32)
        var tally = Tally()
        let start = ContinuousClock.now
        for round in 0..<Self.rounds {
            let isPruned = round >= Self.rounds - Self.pruningRounds
            // Every other pruned round wants results that are there, old and in no run folder: what pruning is for.
            let name = isPruned && round % 2 == 1 ? "round-\(round - 1)" : "round-\(round)"
            if isPruned { try scene.age() }
            do {
                try perform(name, in: scene, sweep, isPruned: isPruned, &random, &tally)
            } catch {
                Issue.record("round \(round): \(error)")
            }
        }
        let seconds = Int(((ContinuousClock.now - start) / .seconds(1)).rounded())
        print(
            """
            concurrency: \(Self.rounds) rounds of \(Self.processes) processes, \(tally.computed) results, \
            \(tally.computedTwice) computed twice, \(tally.kills) processes killed (\(tally.lostToKills) stages lost with \
            them), \(tally.prunes) times pruned beside them (\(tally.pruned) results removed), \(seconds) s
            """)
        #expect(tally.computedTwice * 100 < tally.computed)
        #expect(tally.kills > 0 && tally.prunes > 0 && tally.pruned > 0)
    }

    private func perform(
        _ name: String, in scene: Scene, _ sweep: Sweep, isPruned: Bool, _ random: inout SeededNumbers,
        _ tally: inout Tally
    ) throws {
        let alone = try sweep.scene("alone")
        defer { try? FileSystem.remove(alone.path) }
        let (expected, secondsAlone) = try Self.measure {
            try Undisturbed(alone.write("layers", count: Self.stages, root: name), in: alone, jobs: 2).outputs
        }
        let file = try scene.write("layers", count: Self.stages, root: name)

        let pruning = isPruned ? Pruning(scene) : nil
        var children: [(child: Child, runs: String, killed: Double?)] = []
        let start = ContinuousClock.now
        for number in 0..<Self.processes {
            usleep(UInt32.random(in: 0..<50_000, using: &random) / UInt32(Self.processes) * 2)
            // Half of them run in one run folder.
            let runs = number % 4 < 2 ? Self.sharedRuns : "runs-\(number)"
            let work = Work.run(file, jobs: 1 + number % 2, runs: runs)
            let isKilled = Int.random(in: 0..<10, using: &random) == 0
            let moment = Double.random(in: 0..<secondsAlone, using: &random)
            children.append((try scene.start(work, name: "process-\(number)"), runs, isKilled ? moment : nil))
        }
        for (child, _, killed) in children.filter({ $0.killed != nil }).sorted(by: { $0.killed! < $1.killed! }) {
            let left = killed! - (ContinuousClock.now - start) / .seconds(1)
            if left > 0 { usleep(UInt32(left * 1e6)) }
            child.kill()
        }
        let outcomes = children.map { $0.child.end() }
        try pruning?.end(&tally)

        for ((_, runs, killed), outcome) in zip(children, outcomes) {
            if killed != nil, outcome.ending == .signal(SIGKILL) {
                tally.kills += 1
            } else {
                do {
                    // What lies in a shared run folder is looked at below: others may still have been at work in it.
                    guard runs == Self.sharedRuns else {
                        try scene.requireOutputs(expected, after: outcome, in: runs)
                        continue
                    }
                    guard outcome.isDone else { throw Complaint("ended with \(outcome.ending): \(outcome.output)") }
                } catch {
                    throw Complaint("\(runs): \(error)")
                }
            }
        }
        guard try scene.outputs(in: Self.sharedRuns) == expected else {
            throw Complaint("outputs in the shared run folder differ")
        }
        let folders = Set(children.map(\.runs))
        let work = try scene.work(in: folders)
        // One that is killed between a result and the line that says so counts as none.
        if !isPruned, work.finished.count + tally.kills < Self.stages {
            throw Complaint("the events name \(work.finished.count) results")
        }
        tally.computed += work.finished.count
        tally.computedTwice += work.finished.values.reduce(0) { $0 + $1 - 1 }
        tally.lostToKills += work.lost

        for runs in ["runs", Self.sharedRuns] {
            let last = try scene.perform(.run(file, runs: runs))
            try scene.requireOutputs(expected, after: last, in: runs)
            let report = try Report(last)
            guard report.executed == 0 else { throw Complaint("the last run in \(runs): \(report)") }
        }
        try scene.requireCleanness()
        try scene.requireWholeStore()
        for runs in folders.union(["runs"]) { try FileSystem.remove("\(scene.path)/\(runs)") }
    }

    private static let sharedRuns = "runs-shared"

    /// How many seconds something takes. A round takes longer than one process alone, on any machine.
    private static func measure<Value>(_ body: () throws -> Value) rethrows -> (Value, seconds: Double) {
        let start = ContinuousClock.now
        return (try body(), (ContinuousClock.now - start) / .seconds(1))
    }
}

/// `cache prune` again and again.
private final class Pruning: Sendable {
    private let isOver = Atomic<Bool>(false)
    private let outcomes = Mutex<[Result<Child.Outcome, any Error>]>([])
    private let group = DispatchGroup()

    init(_ scene: Scene) {
        DispatchQueue.global().async(group: group) { [self] in
            while !isOver.load(ordering: .relaxed) {
                let outcome = Result {
                    try scene.start(.cache(["prune", "--older-than", "0s", "--json"]), name: "prune").end()
                }
                outcomes.withLock { $0.append(outcome) }
            }
        }
    }

    func end(_ tally: inout ConcurrencyTests.Tally) throws {
        isOver.store(true, ordering: .relaxed)
        group.wait()
        for outcome in outcomes.withLock({ $0 }) {
            let outcome = try outcome.get()
            guard outcome.isDone, let json = try? JSONDocument(parsing: outcome.output).root else {
                throw Complaint("cache prune: \(outcome)")
            }
            tally.prunes += 1
            tally.pruned += json["removed"]?.array?.count ?? 0
        }
    }
}

extension Scene {
    /// What the runs of some folders say they have done: how often each key was made, and how many times one was begun
    /// and not ended.
    fileprivate func work(in folders: Set<String>) throws -> (finished: [String: Int], lost: Int) {
        var finished: [String: Int] = [:]
        var lost = 0
        for folder in folders {
            // A process that was killed early has none.
            guard let run = try FileSystem.list("\(path)/\(folder)").first,
                let events = try? FileSystem.read("\(path)/\(folder)/\(run)/events.jsonl")
            else { continue }
            var keys: [String: String] = [:]
            for line in String(decoding: events, as: UTF8.self).split(separator: "\n") {
                // A kill may leave half a line.
                guard let event = try? JSONDocument(parsing: String(line)).root, let name = event["stage"]?.string,
                    let run = event["run"]?.string
                else { continue }
                let stage = "\(name) of run \(run)"
                switch event["event"]?.string {
                case "stage-started": keys[stage] = event["key"]?.string
                case "stage-finished":
                    guard let key = keys.removeValue(forKey: stage) else { throw Complaint("'\(stage)' never began") }
                    finished[key, default: 0] += 1
                default: break
                }
            }
            lost += keys.count
        }
        return (finished, lost)
    }

    /// Makes every result look as if nobody had used it for a day.
    fileprivate func age() throws {
        let yesterday = Date(timeIntervalSinceNow: -86_400)
        for shelf in try FileSystem.list(store + "/objects") {
            for object in try FileSystem.list("\(store)/objects/\(shelf)") {
                try FileManager.default.setAttributes(
                    [.modificationDate: yesterday], ofItemAtPath: "\(store)/objects/\(shelf)/\(object)")
            }
        }
        try FileSystem.remove(store + "/uses")
    }
}
