import JSONValues
import Pipeline
import Storage
import Synchronization
import TestSupport

/// A folder with a pipeline file, a store and runs; everything real.
final class Workspace {
    let folder: TemporaryFolder
    var stages = toyStages
    var digester = ContentDigester()
    let events = EventCollector()

    init(_ pipeline: String) throws {
        folder = try TemporaryFolder()
        try write("p.json", pipeline)
    }

    var path: String { Paths.absolute(folder.path) }
    var runFolder: String { path + "/runs/p" }

    func write(_ name: String, _ text: String) throws { try FileSystem.write(text, to: path + "/" + name) }
    func read(_ name: String) throws -> String {
        String(decoding: try FileSystem.read(path + "/" + name), as: UTF8.self)
    }
    func json(_ name: String) throws -> JSONValue { try JSONDocument(parsing: try read(name)).root }

    func store() throws -> Store { try Store(opening: path + "/store") }

    func plan(_ settings: String...) throws -> Plan { try plan(settings: settings) }

    func plan(settings: [String]) throws -> Plan {
        let file = try PipelineFile(reading: path + "/p.json", settings: settings)
        return try Planner.plan(file, stages: StageRegistry(stages))
    }

    func run(
        _ settings: String..., forcing forced: String? = nil, only: String? = nil, until: String? = nil,
        failedOnly: Bool = false, keepsGoing: Bool = false,
        cancellation: Cancellation = Cancellation()
    ) throws -> RunResult {
        let plan = try plan(settings: settings)
        var options = RunOptions()
        options.runsFolder = path + "/runs"
        options.threads = 2
        options.keepsGoing = keepsGoing
        options.cancellation = cancellation
        options.digester = digester
        options.progress = events
        options.commandLine = ["convscope", "run", "p.json"]
        var selection = StageSelection()
        selection.only = only.map { [$0] } ?? []
        selection.until = until.map { [$0] } ?? []
        selection.forced = forced.map { [$0] } ?? []
        if failedOnly { selection.failedIn = try RecordedRun(reading: runFolder) }
        let positions = try selection.positions(in: plan)
        options.selected = positions.selected
        options.forced = positions.forced
        return try Runner.run(plan, in: try store(), options: options)
    }

    /// Everything that is wrong with the file, as it is printed, without the folder.
    func mistakes(_ settings: String..., checking: Bool = true) -> String {
        do {
            let plan = try plan(settings: settings)
            if checking { try plan.check() }
            return ""
        } catch {
            return without(path: "\(error)")
        }
    }

    func without(path text: String) -> String {
        var text = text
        while let range = text.firstRange(of: path + "/") { text.removeSubrange(range) }
        while let range = text.firstRange(of: path) { text.replaceSubrange(range, with: "<folder>") }
        return text
    }

    /// The keys of all stages after a run, from its record.
    func keys() throws -> [String: String] {
        let stages = try json("runs/p/run.json")["stages"]?.object ?? [:]
        return Dictionary(uniqueKeysWithValues: stages.map { ($0, $1["key"]?.string ?? "") })
    }
}

/// Remembers what was shown.
final class EventCollector: ProgressSink {
    private let collected = Mutex<[RunEvent]>([])
    var events: [RunEvent] { collected.withLock { $0 } }
    func receive(_ event: RunEvent) { collected.withLock { $0.append(event) } }
}
