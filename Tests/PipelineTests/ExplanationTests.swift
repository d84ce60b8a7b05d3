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
                  it need not run if what runs first makes the same content as before
                sum ('toy.add') will run:
                  amount: 1 → 2.5
                twice ('toy.add') will run:
                  takes from sum, which runs first
                  it need not run if what runs first makes the same content as before
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
                  it need not run if what runs first makes the same content as before
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
                  new in the pipeline
                """)
        _ = try workspace.run()
        workspace.stages = [CountStageOfNextVersion.self]
        #expect(
            try text(explained(), "data") == """
                data ('toy.count') will run:
                  version of the stage: 1 → 2
                """)
    }

    @Test func `a renamed stage keeps its result; a matrix makes new ones`() throws {
        let pipeline = try workspace.read("p.json")
        try workspace.write("p.json", pipeline.replacing("\"twice\"", with: "\"double\""))
        #expect(
            try text(explained(), "page") == """
                page ('toy.page') will run:
                  input sections[1]: twice is called double now, with the same content
                double ('toy.add') is finished; key <digest>
                  it is new in the pipeline since <time>, and the result was there already
                """)
        let swept = pipeline.replacing("\"parameters\": {\"amount\": 7}", with: "\"matrix\": {\"amount\": [7, 8]}")
            .replacing("\"twice\"]", with: "\"twice[*]\"]")
        try workspace.write("p.json", swept)
        #expect(
            try text(explained(), "page") == """
                page ('toy.page') will run:
                  input sections[1]: twice is called twice[amount=7] now, with the same content
                  takes from twice[amount=8], which runs first
                twice[amount=7] ('toy.add') is finished; key <digest>
                  it is new in the pipeline since <time>, and the result was there already
                twice[amount=8] ('toy.add') will run:
                  new in the pipeline
                """)
    }

    @Test func `an input with other sources: added, removed, in another order, from another stage`() throws {
        let pipeline = try workspace.read("p.json")
        func page(_ sections: String) throws -> String {
            try workspace.write("p.json", pipeline.replacing("[\"sum\", \"twice\"]", with: sections))
            return try explained().explanation(of: 3).shortText
        }
        #expect(try page(#"["twice", "sum"]"#) == "sections in another order: twice, sum; was sum, twice")
        #expect(try page(#"["sum", "data", "twice"]"#) == "sections: data added")
        #expect(try page(#"["sum"]"#) == "sections: twice removed")
        try workspace.write("p.json", pipeline.replacing("\"points\": \"sum\"", with: "\"points\": \"data\""))
        #expect(try explained().explanation(of: 2).shortText == "points changed: made by data, and was made by sum")
    }

    @Test func `a forced stage says so, also while it waits`() throws {
        let plan = try workspace.plan("stages.sum.parameters.amount=5")
        var selection = StageSelection()
        selection.forced = ["twice", "data"]
        let explained = try PlanExplanation(
            plan, in: workspace.store(), selection.positions(in: plan), runFolder: workspace.runFolder)
        #expect(try explained.explanation(of: 0).shortText == "it is forced")
        #expect(try explained.explanation(of: 2).shortText == "it is forced; upstream sum runs")
    }

    @Test func `changes of the outline that a page shows are told by the names of stages`() {
        func outline(_ stages: (String, String, [(Int, String)])...) -> JSONValue {
            let stages = stages.map { id, kind, sources -> JSONValue in
                [
                    "id": .string(id), "stage": .string(kind),
                    "sources": .array(sources.map { [.integer($0.0), .string($0.1)] }),
                ]
            }
            return ["stage": "page", "pipeline": ["name": "p", "description": "", "stages": .array(stages)]]
        }
        func words(_ new: JSONValue) -> [String] {
            let old = outline(("a", "read", []), ("b", "add", [(0, "x")]), ("c", "add", [(1, "x")]))
            return KeyChange.changes(from: old, to: new).map(\.shortText)
        }
        #expect(
            words(outline(("a", "read", []), ("b", "add", [(0, "x")]), ("n", "count", []), ("c", "add", [(1, "x")])))
                == ["in the pipeline, 'n' ('count') is new"])
        #expect(
            words(outline(("a", "read", []), ("d", "add", [(0, "x")]), ("c", "add", [(1, "x")])))
                == ["in the pipeline, 'b' is called 'd' now"])
        #expect(
            words(outline(("a", "read", []), ("b", "mean", [(0, "x")]), ("c", "add", [(0, "y")])))
                == [
                    "in the pipeline, 'b' is 'mean' instead of 'add'",
                    "in the pipeline, 'c' takes a.y instead of b.x",
                ])
        #expect(
            words(outline(("a", "read", []), ("c", "add", [(0, "x"), (0, "y")])))
                == [
                    "in the pipeline, 'c' takes a.x, a.y instead of b.x",
                    "in the pipeline, 'b' ('add') is gone",
                ])
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

    @Test func `without a run before, none is recorded`() throws {
        try FileSystem.remove(workspace.runFolder)
        try FileSystem.remove(workspace.path + "/store")
        #expect(try explained().explanation(of: 0).shortText == "no earlier run is recorded")
        #expect(try explained().explanation(of: 1).shortText == "upstream data runs")
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
