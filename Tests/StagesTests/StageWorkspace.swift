import HDF5Files
import Pipeline
import Stages
import Storage
import Synchronization
import TestSupport
import Testing

/// A folder with a pipeline file, a store and a run, in this process; everything real.
final class StageWorkspace {
    private let folder: TemporaryFolder

    /// Runs the stages (the members of `"stages"`, as JSON) and expects that they finish.
    convenience init(
        _ stages: String, files: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try self.init(unrun: stages, files: files)
        let result = try run()
        #expect(result.failures == [], sourceLocation: sourceLocation)
        try #require(result.state == .finished, sourceLocation: sourceLocation)
    }

    /// Only writes the pipeline file.
    init(unrun stages: String, files: [String: String] = [:]) throws {
        folder = try TemporaryFolder()
        for (name, text) in files { try FileSystem.write(text, to: folder.path(name)) }
        try FileSystem.write("{\"stages\": {\n\(stages)\n}}", to: folder.path("p.json"))
    }

    /// Runs what is not finished.
    func run(_ plan: Plan? = nil, threads: Int = 2, stop: Stop? = nil) throws -> RunResult {
        var options = RunOptions()
        options.runsFolder = folder.path("runs")
        options.threads = threads
        options.cancellation = stop?.cancellation ?? Cancellation()
        options.digester = ContentDigester(StageEnvironment.digesters)
        if let stop { options.progress = stop }
        return try Runner.run(plan ?? self.plan(), in: Store(opening: folder.path("store")), options: options)
    }

    func plan() throws -> Plan {
        try Planner.plan(PipelineFile(reading: folder.path("p.json")), stages: StageRegistry(allStages))
    }

    /// Opens an HDF5 output, `answers/activations` for example.
    func open(_ output: String) throws -> HDF5File {
        try HDF5File(opening: folder.path("runs/p/outputs/\(output).h5"))
    }

    /// The bytes of a file that a stage left, `rank/upstream.json` for example.
    func bytes(_ output: String) throws -> [UInt8] { try FileSystem.read(folder.path("runs/p/outputs/\(output)")) }

    func path(_ name: String) -> String { folder.path(name) }

    func log(of stage: String) throws -> String {
        String(decoding: try FileSystem.read(path("runs/p/logs/\(stage).log")), as: UTF8.self)
    }

    /// The digests of the bytes of every file that stages left in the store.
    func contents() throws -> [String: Digest] {
        let objects = path("store/objects")
        var digests: [String: Digest] = [:]
        for file in try FileSystem.listFiles(below: objects) where Paths.name(of: file) != "manifest.json" {
            digests[file] = try Digest.ofFile(objects + "/" + file)
        }
        return digests
    }

    /// Absolute paths of what unfinished stages keep.
    func checkpoints() throws -> [String] {
        try FileSystem.listFiles(below: path("store/checkpoints")).map { path("store/checkpoints/\($0)") }
    }
}

/// Interrupts a run when a stage has reported progress so many times.
final class Stop: ProgressSink {
    let cancellation = Cancellation()
    private let stage: String
    private let limit: Int
    private let count = Mutex(0)

    init(_ stage: String, after limit: Int = .max) { (self.stage, self.limit) = (stage, limit) }

    /// How often the stage has reported progress.
    var reports: Int { count.withLock { $0 } }

    func receive(_ event: RunEvent) {
        guard case .progress(stage, _, _, _, _) = event else { return }
        let reached = count.withLock { count in
            count += 1
            return count == limit
        }
        if reached { cancellation.request() }
    }
}
