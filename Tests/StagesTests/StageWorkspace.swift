import HDF5Files
import Pipeline
import Stages
import Storage
import TestSupport
import Testing

/// A folder with a pipeline file, a store and a run, in this process; everything real.
final class StageWorkspace {
    private let folder: TemporaryFolder

    /// Runs the stages (the members of `"stages"`, as JSON) and expects that they finish.
    init(_ stages: String, files: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation) throws {
        folder = try TemporaryFolder()
        for (name, text) in files { try FileSystem.write(text, to: folder.path(name)) }
        try FileSystem.write("{\"stages\": {\n\(stages)\n}}", to: folder.path("p.json"))
        var options = RunOptions()
        options.runsFolder = folder.path("runs")
        options.threads = 2
        options.cancellation = Cancellation()
        options.digester = ContentDigester(StageEnvironment.digesters)
        let plan = try Planner.plan(PipelineFile(reading: folder.path("p.json")), stages: StageRegistry(allStages))
        let result = try Runner.run(plan, in: Store(opening: folder.path("store")), options: options)
        #expect(result.failures == [], sourceLocation: sourceLocation)
        try #require(result.state == .finished, sourceLocation: sourceLocation)
    }

    /// Opens an HDF5 output, `answers/activations` for example.
    func open(_ output: String) throws -> HDF5File {
        try HDF5File(opening: folder.path("runs/p/outputs/\(output).h5"))
    }
}
