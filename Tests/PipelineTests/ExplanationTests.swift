import JSONValues
import Pipeline
import Storage
import Testing

/// What explanations say, whole.
@Suite struct ExplanationTests {
    private let workspace: Workspace

    init() throws {
        workspace = try Workspace(
            """
            {"stages": {"data": {"stage": "toy.read", "parameters": {"file": "x.txt"}},
            "sum": {"stage": "toy.add", "inputs": {"points": "data"}},
            "twice": {"stage": "toy.add", "inputs": {"points": "sum"}, "parameters": {"amount": 7}},
            "page": {"stage": "toy.page", "inputs": {"sections": ["sum", "twice"]}}}}
            """)
        try workspace.write("x.txt", "1\n2\n")
        _ = try workspace.run()
    }

    private func explained(_ settings: String...) throws -> PlanExplanation {
        let plan = try workspace.plan(settings: settings)
        let store = try Store.exists(at: workspace.path + "/store") ? try workspace.store() : nil
        return try PlanExplanation(plan, in: store, runFolder: workspace.runFolder, alwaysReadsRecord: true)
    }

    /// The text about a stage and the causes, with `<digest>` for the digits of digests and `<time>` for times.
    private func text(_ explained: PlanExplanation, _ stage: String) throws -> String {
        let positions = try explained.plan.positions(named: stage, asker: "explain")
        let text = try explained.causes(of: positions).map { try explained.explanation(of: $0).text }
            .joined(separator: "\n")
        return workspace.without(path: text).replacing(/[0-9a-f]{12}…/, with: "<digest>")
            .replacing(/\d{4}-\d\d-\d\dT[0-9:.]+Z/, with: "<time>")
    }

    @Test func `nothing changed`() throws {
        #expect(
            try text(explained(), "sum") == """
                sum ('toy.add') is finished; key <digest>
                  nothing changed since <time>
                """)
    }

    @Test func `a parameter changed: old and new value, what waits for it, and back to the cause`() throws {
        #expect(
            try text(explained("stages.sum.parameters.amount=2.5"), "page") == """
                page ('toy.page') will run:
                  takes from sum, which runs first
                  takes from twice, which runs first
                sum ('toy.add') will run:
                  amount: 1 → 2.5
                twice ('toy.add') will run:
                  takes from sum, which runs first
                """)
        #expect(
            try text(explained("stages.twice.parameters={}"), "twice") == """
                twice ('toy.add') will run:
                  amount: 7 → 1 (default)
                """)
    }

    @Test func `an external file changed`() throws {
        try workspace.write("x.txt", "1\n2\n3\n")
        #expect(
            try text(explained(), "sum") == """
                sum ('toy.add') will run:
                  takes from data, which runs first
                data ('toy.read') will run:
                  file file changed: x.txt, 6 bytes; SHA-256 <digest> → <digest>
                """)
        let explanation = try explained().explanation(of: 0)
        #expect(explanation.shortText == "file file changed")
        #expect(explanation.json["changes"]?[0]?["part"] == "file")
        #expect(explanation.json["changes"]?[0]?["old"] == .string(Digest(of: "1\n2\n").hex))
        #expect(explanation.json["changes"]?[0]?["new"] == .string(Digest(of: "1\n2\n3\n").hex))
        #expect(explanation.json["changes"]?[0]?["size"] == 6)
    }

    @Test func `an input changed: which stage made it, and why`() throws {
        // The stage upstream has run with another value elsewhere; its result is there.
        let record = try workspace.read("runs/p/run.json")
        _ = try workspace.run("stages.sum.parameters.amount=3", until: "sum")
        try workspace.write("runs/p/run.json", record)
        let explained = try explained("stages.sum.parameters.amount=3")
        #expect(
            try text(explained, "twice") == """
                twice ('toy.add') will run:
                  input points changed: made by sum; SHA-256 <digest> → <digest>
                sum ('toy.add') is finished; key <digest>
                  the result was there already; since <time>:
                  amount: 1 → 3
                """)
        #expect(try explained.explanation(of: 2).shortText == "points changed: made by sum")
    }

    @Test func `a new stage, another kind of stage, another version`() throws {
        try workspace.write(
            "p.json",
            """
            {"stages": {"data": {"stage": "toy.count"}, "fresh": {"stage": "toy.count", "parameters": {"count": 9}}}}
            """)
        #expect(
            try text(explained(), "*") == """
                data ('toy.count') will run:
                  kind of stage: toy.read → toy.count
                fresh ('toy.count') will run:
                  no earlier result
                """)
        _ = try workspace.run()
        workspace.stages = [CountStageOfNextVersion.self]
        #expect(
            try text(explained(), "data") == """
                data ('toy.count') will run:
                  version of the stage: 1 → 2
                """)
    }

    @Test func `a removed result, a damaged one, no store at all`() throws {
        let key = try #require(try workspace.keys()["sum"])
        let folder = workspace.path + "/store/objects/\(key.prefix(2))/\(key.dropFirst(2))"
        try FileSystem.write("longer than before", to: folder + "/sum.txt.new")
        try FileSystem.rename(folder + "/sum.txt.new", to: folder + "/sum.txt")
        #expect(
            try text(explained(), "sum") == """
                sum ('toy.add') will run:
                  the stored result is damaged: the file 'sum.txt' has 18 bytes instead of 8
                """)
        try FileSystem.remove(folder)
        try FileSystem.remove(workspace.path + "/store")
        #expect(try explained().states.filter(\.willRun).count == 4)
        #expect(!FileSystem.exists(workspace.path + "/store"))
    }

    @Test func `without a run before, there is no earlier result`() throws {
        try FileSystem.remove(workspace.runFolder)
        try FileSystem.remove(workspace.path + "/store")
        #expect(try explained().explanation(of: 0).shortText == "no earlier result")
    }

    @Test func `changes inside lists and objects have paths; what is unknown is compared too`() {
        let old: JSONValue = [
            "stage": "a", "version": 1, "parameters": ["mean": [1, 2], "x": ["y": 1]], "inputs": ["p": ["1", "2"]],
        ]
        let new: JSONValue = [
            "stage": "a", "version": 1, "parameters": ["mean": [1, 3], "x": ["z": 1]],
            "inputs": ["p": ["2", "3", "1"]],
            "seal": true,
        ]
        #expect(
            KeyChange.changes(from: old, to: new).map(\.text) == [
                "mean[1]: 2 → 3", "x.z: not there → 1", "x.y: 1 → not there", "input p added; SHA-256 3…",
                "seal: not there → true",
            ])
        #expect(KeyChange.changes(from: old, to: old) == [])
    }
}
