import Foundation
import JSONValues
import Testing

/// What runs again after a change, and what does not.
@Suite struct ReuseTests {
    private let workspace: Workspace

    init() throws {
        workspace = try SmallRoad.workspace()
        #expect(try workspace.runPipeline(SmallRoad.file).executed == SmallRoad.stages)
    }

    private func expectNothingRuns(_ file: String = SmallRoad.file, sourceLocation: SourceLocation = #_sourceLocation)
        throws
    {
        let report = try workspace.runPipeline(file, sourceLocation: sourceLocation)
        #expect(report.executed == [], sourceLocation: sourceLocation)
        #expect(report.reused == SmallRoad.stages, sourceLocation: sourceLocation)
    }

    @Test func `another perplexity reruns t-SNE and the report alone`() throws {
        let changed = ["--set", "stages.tsne.parameters.perplexity=4"]
        #expect(try workspace.runPipeline(SmallRoad.file, changed).executed == ["tsne", "page"])
        #expect(try workspace.runPipeline(SmallRoad.file, changed).executed == [])
        // The first results are still there.
        try expectNothingRuns()
    }

    @Test func `a parameter written with its default value reruns nothing`() throws {
        let report = try workspace.runPipeline(SmallRoad.file, ["--set", "stages.pca.parameters.dimensions=2"])
        #expect(report.executed == [])
    }

    @Test func `touching input files reruns nothing`() throws {
        for name in try workspace.files(below: "pictures") {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)],
                ofItemAtPath: workspace.path("pictures/" + name))
        }
        try expectNothingRuns()
    }

    @Test func `writing the same bytes again reruns nothing`() throws {
        for name in try workspace.files(below: "pictures") {
            let bytes = try workspace.read("pictures/" + name)
            try workspace.remove("pictures/" + name)
            try workspace.write(bytes, to: "pictures/" + name)
        }
        try expectNothingRuns()
    }

    @Test func `a changed picture reruns all that sees it`() throws {
        let name = "pictures/odd/7.png"
        let size = try workspace.read(name).count
        try workspace.write(DataFiles.png(seed: 100), to: name)
        // Same size: only the content tells.
        #expect(try workspace.read(name).count == size)
        let report = try workspace.runPipeline(SmallRoad.file)
        // The order is that of the times that they took before.
        #expect(Set(report.executed) == ["images", "answers", "pca", "tsne", "page"])
        #expect(report.reused == ["net"])
    }

    @Test func `other order of keys and other spacing rerun nothing`() throws {
        func reversed(_ value: JSONValue) -> JSONValue {
            switch value {
            case .object(let object): .object(JSONObject(Array(object.map { ($0.0, reversed($0.1)) }.reversed())))
            case .array(let list): .array(list.map(reversed))
            default: value
            }
        }
        let other = try reversed(JSONDocument(parsing: SmallRoad.text).root).compactText
        try workspace.write(other, to: SmallRoad.file)
        let report = try workspace.runPipeline(SmallRoad.file)
        #expect(report.executed == [])
        #expect(Set(report.reused) == Set(SmallRoad.stages))
    }

    @Test func `a renamed input folder reruns nothing`() throws {
        try workspace.move("pictures", to: "photographs")
        try workspace.write(SmallRoad.text.replacing("\"pictures\"", with: "\"photographs\""), to: SmallRoad.file)
        try expectNothingRuns()
    }

    @Test func `pipeline, data and store moved elsewhere rerun nothing`() throws {
        try FileManager.default.createDirectory(atPath: workspace.path("elsewhere"), withIntermediateDirectories: true)
        for name in [SmallRoad.file, "pictures", ".convscope", "runs"] {
            try workspace.move(name, to: "elsewhere/" + name)
        }
        let outcome = try Program.run(
            ["run", SmallRoad.file, "--json"], in: workspace.url.appendingPathComponent("elsewhere"))
        #expect(try RunReport(outcome).executed == [])
        #expect(workspace.exists("elsewhere/runs/road/report.html"))
    }

    @Test func `a forced stage that makes the same bytes wakes nobody`() throws {
        #expect(try workspace.runPipeline(SmallRoad.file, ["--force", "answers"]).executed == ["answers"])
        try workspace.expectSoundStore()
    }

    @Test func `a finished pipeline is walked in a moment`() throws {
        let start = ContinuousClock.now
        try expectNothingRuns()
        // Ten times the promised 0.2 s, for a busy machine.
        #expect(ContinuousClock.now - start < .seconds(2))
    }
}
