import Foundation
import JSONValues
import Testing

/// The commands that look at plans and former runs: plan, explain, diff, status.
@Suite struct HistoryCommandTests {
    private let workspace: Workspace
    private static let change = ["--set", "stages.tsne.parameters.perplexity=4"]

    init() throws {
        workspace = try SmallRoad.workspace()
        try workspace.runPipeline(SmallRoad.file)
    }

    private func output(_ arguments: String...) throws -> String {
        let outcome = try workspace.run(arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.output
    }

    @Test func `explain and plan name the changed parameter and what follows`() throws {
        let outcome = try workspace.run(["explain", SmallRoad.file, "page"] + Self.change)
        #expect(outcome.status == 0)
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.first == "page ('report.render') will run:")
        #expect(lines.contains("  takes from tsne, which runs first"))
        #expect(lines.contains { $0.hasPrefix("  perplexity: ") && $0.hasSuffix(" → 4") })
        let all = try workspace.run(["explain", SmallRoad.file, "--json"] + Self.change)
        let json = try JSONDocument(parsing: all.output).root
        #expect(json.array?.compactMap { $0["id"]?.string } == ["tsne", "page"])
        #expect(json[0]?["changes"]?[0]?["part"] == "parameter")
        #expect(json[0]?["changes"]?[0]?["new"] == .number(4))
        let plan = try workspace.run(["plan", SmallRoad.file, "--json"] + Self.change)
        let stages = try JSONDocument(parsing: plan.output).root["stages"]?.array ?? []
        #expect(stages.count { $0["state"] == "will run" } == 2)
        #expect(try output("explain", SmallRoad.file) == "everything is finished\n")
        #expect(try output("explain", SmallRoad.file, "tsne").contains("nothing changed since"))
    }

    @Test func `a plan without a store makes none`() throws {
        try workspace.remove(".convscope")
        #expect(try output("plan", SmallRoad.file).hasSuffix("\n0 finished, \(SmallRoad.stages.count) to run\n"))
        #expect(!workspace.exists(".convscope"))
    }

    @Test func `diff compares configuration and results of two runs`() throws {
        #expect(try output("diff", "road", "runs/road").hasSuffix("common stages equal\n"))
        try workspace.runPipeline(SmallRoad.file, Self.change + ["--runs", "others"])
        let text = try output("diff", "road", "others/road/run.json")
        #expect(text.contains("tsne ('reduce.tsne')\n  perplexity: "))
        #expect(text.contains("  other content: embedding"))
        let json = try JSONDocument(parsing: output("diff", "road", "others/road", "--json")).root
        #expect(json["equal"] == false)
        #expect(json["stages"]?["tsne"]?["configuration"]?[0]?["new"] == .number(4))
        #expect(json["stages"]?["pca"]?["equal"] == true)
    }

    @Test func `status says how the last run stands, and how to go on after a kill`() throws {
        let text = try output("status")
        #expect(text.hasPrefix("road: finished "))
        #expect(text.contains("\nfinished  tsne "))

        var record = try workspace.json("runs/road/run.json")
        record["state"] = "running"
        // A process of this machine's former life.
        record["process"]?["boot"] = "long ago"
        record["stages"]?["tsne"]?["state"] = "running"
        try workspace.write(record.prettyText, to: "runs/road/run.json")
        let killed = try output("status", "road")
        #expect(killed.hasPrefix("road: stopped without an end (killed?)\n"))
        #expect(killed.contains("\ninterrupted  tsne "))
        #expect(killed.contains("\ngo on with: "))
        let json = try JSONDocument(parsing: output("status", "--json")).root
        #expect(json["state"] == "killed")
    }

    @Test(arguments: [
        (
            ["explain", SmallRoad.file, "tnse"], 2,
            "Error: explain tnse: the pipeline has no stage 'tnse'; did you mean 'tsne'?\n"
        ),
        (["plan", SmallRoad.file, "--only", "x*"], 2, "Error: --only x*: no stage of the pipeline fits it\n"),
        (
            ["plan", SmallRoad.file, "--only", "pca", "--force", "page"], 2,
            "Error: --force page: it is outside of what --only pca selects\n"
        ),
        (["diff", "raod", "road"], 65, "there is no run 'raod'; did you mean 'road'?\n"),
        (["status", "nothing"], 65, "there is no run 'nothing'\n"),
        (["status", "--runs", "nowhere"], 65, "there is no run in 'nowhere'\n"),
        (["status", SmallRoad.file], 65, "'\(SmallRoad.file)' is no record of a run, or damaged\n"),
    ])
    func `wrong names are refused`(arguments: [String], status: Int, start: String) throws {
        let outcome = try workspace.run(arguments)
        #expect(outcome.status == status)
        #expect(outcome.output == "")
        #expect(outcome.errors.hasPrefix(start), "\(outcome.errors)")
        #expect(outcome.errors.contains("\n  fix: "))
    }
}
