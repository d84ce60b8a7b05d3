import Foundation
import JSONValues
import TestSupport
import Testing

/// The schema of pipeline files, held against a validator that knows nothing of us.
@Suite struct SchemaTests {
    @Test func `the committed schema is the one that the program makes`() throws {
        let workspace = try Workspace()
        #expect(try workspace.run(["schema", "-o", "schema.json"]).status == 0)
        let committed = RealData.packageRoot.appendingPathComponent("Configs/pipeline.schema.json")
        #expect(
            try workspace.read("schema.json") == Data(contentsOf: committed),
            "write it again: convscope schema -o Configs/pipeline.schema.json")
        #expect(try workspace.run(["schema"]).output == workspace.text("schema.json"))
    }

    @Test func `every shipped pipeline names the schema`() throws {
        let workspace = try Workspace(withPipelines: ())
        for name in try workspace.files(below: "Pipelines") where name.hasSuffix(".json") {
            let schema = try #require(try workspace.json("Pipelines/" + name)["$schema"]?.string)
            let folder = name.split(separator: "/").dropLast().map { $0 + "/" }.joined()
            #expect(workspace.exists("Pipelines/" + folder + schema), "\(name)")
        }
    }

    @Test(.enabled(if: Python(with: "jsonschema") != nil, "CONVSCOPE_PYTHON has no jsonschema"))
    func `the validator accepts what is right`() throws {
        let workspace = try Workspace(withPipelines: ())
        try workspace.run(["schema", "-o", "schema.json"])
        var names = try workspace.files(below: "Pipelines").filter { $0.hasSuffix(".json") }.map { "Pipelines/" + $0 }
        for (index, text) in Self.right.enumerated() {
            try workspace.write(text, to: "right-\(index).json")
            names.append("right-\(index).json")
        }
        let verdicts = try Self.validate(names, in: workspace)
        for (name, verdict) in zip(names, verdicts) { #expect(verdict == "valid", "\(name)") }
        // Not because it accepts anything: the program says the same.
        for index in Self.right.indices {
            let outcome = try workspace.run(["check", "right-\(index).json"])
            #expect(outcome.status == 0, "\(index): \(outcome.errors)")
        }
    }

    @Test(.enabled(if: Python(with: "jsonschema") != nil, "CONVSCOPE_PYTHON has no jsonschema"))
    func `the validator rejects what check rejects`() throws {
        let workspace = try Workspace()
        try workspace.run(["schema", "-o", "schema.json"])
        var names: [String] = []
        for (index, text) in Self.wrong.enumerated() {
            let name = "wrong-\(index).json"
            try workspace.write(text, to: name)
            names.append(name)
            #expect(try workspace.run(["check", name]).status == 65, "\(text)")
        }
        let verdicts = try Self.validate(names, in: workspace)
        #expect(verdicts.count == names.count)
        for (text, verdict) in zip(Self.wrong, verdicts) { #expect(verdict.hasPrefix("invalid "), "\(text)") }
    }

    private static func validate(_ names: [String], in workspace: Workspace) throws -> [String] {
        let python = try #require(Python(with: "jsonschema"))
        let outcome = try python.run("validate.py", ([workspace.path("schema.json")] + names.map(workspace.path)))
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.output.split(separator: "\n").map(String.init)
    }

    private static let shapes = #""d": {"stage": "dataset.load", "parameters": {"format": "shapes", "count": 8}}"#
    private static func stages(_ text: String) -> String { "{\"stages\": {\(shapes), \(text)}}" }
    private static func load(_ parameters: String) -> String {
        #"{"stages": {"d": {"stage": "dataset.load", "parameters": {"format": "shapes", "count": 8, \#(parameters)}}}}"#
    }
    private static func map(_ members: String, inputs: String = #""points": "d""#) -> String {
        stages(#""m": {"stage": "reduce.pca", "inputs": {\#(inputs)}, \#(members)}"#)
    }

    /// Variables wherever they can stand, instances, ranges at their ends.
    static let right = [
        #"{"variables": {"s": "dataset.load", "p": {"format": "shapes", "count": 8}}, "stages": {"d": {"stage": "${s}", "parameters": "${p}"}}}"#,
        #"{"variables": {"c": 8, "x": "sha"}, "stages": {"d": {"stage": "dataset.load", "parameters": {"format": "${x}pes", "count": "${c}", "shuffle": true, "seed": 0}}}}"#,
        stages(
            #"""
            "m": {"stage": "reduce.pca", "inputs": {"points": "d"}, "matrix": {"dimensions": [1, 2], "whiten": [false]}},
            "r": {"stage": "report.render", "inputs": {"sections": ["m[*]", "m[dimensions=1,whiten=false]"]}}
            """#),
        map(#""resources": {"threads": 1, "memory": "1.5 GiB", "time": "2-00:00:00", "partition": "p"}, "shards": 2"#),
        stages(#""r": {"stage": "report.render", "inputs": {"sections": "d.summary"}, "parameters": {"title": null}}"#),
        #"{"$schema": "x", "name": "a.b-c", "description": "${d}", "variables": {"d": "e"}, "stages": {\#(shapes)}}"#,
    ]

    static let wrong = [
        "[]", "{}", #"{"stages": {}}"#, #"{"stages": []}"#, #"{"stage": {}, "stages": {\#(shapes)}}"#,
        #"{"name": "../x", "stages": {\#(shapes)}}"#, #"{"name": 3, "stages": {\#(shapes)}}"#,
        #"{"description": [], "stages": {\#(shapes)}}"#, #"{"variables": [], "stages": {\#(shapes)}}"#,
        #"{"include": "base.json", "stages": {\#(shapes)}}"#,
        stages(#""a b": {"stage": "dataset.load", "parameters": {"format": "shapes"}}"#),
        stages(#""x": 3"#), stages(#""x": {}"#), stages(#""x": {"stage": "dataset.laod"}"#),
        stages(#""x": {"stage": "dataset.load"}"#), stages(#""x": {"stage": 3}"#),
        load(#""cuont": 3"#), load(#""seed": -1"#), load(#""seed": 1.5"#), load(#""seed": "1""#),
        load(#""split": "trian""#), load(#""split": null"#), load(#""shuffle": 1"#), load(#""count": 0"#),
        #"{"stages": {"d": {"stage": "dataset.load", "parameters": []}}}"#,
        map(#""description": 3"#), map(#""paramters": {}"#), map(#""parameters": {"dimensions": 0}"#),
        map(#""parameters": {"dimensions": [2]}"#), map(#""matrix": {"dimensions": 2}"#),
        map(#""matrix": {"dimensions": []}"#), map(#""matrix": {"dimensions": [0]}"#),
        map(#""matrix": {"dimension": [2]}"#), map(#""resources": {"threads": 0}"#),
        map(#""resources": {"memory": "8"}"#), map(#""resources": {"time": "1h"}"#), map(#""resources": {"cores": 2}"#),
        map(#""shards": 0"#), map(#""shards": 1"#, inputs: #""point": "d""#), map(#""shards": 1"#, inputs: ""),
        stages(#""e": {"stage": "dataset.explore", "inputs": {"dataset": ["d"]}}"#),
        map(#""shards": 1"#, inputs: #""points": []"#), map(#""shards": 1"#, inputs: #""points": "d[""#),
        map(#""shards": 1"#, inputs: #""points": 3"#),
        stages(#""r": {"stage": "report.render", "inputs": {"sections": []}}"#),
        stages(#""n": {"stage": "model.load", "parameters": {"architecture": "vgg61"}}"#),
        stages(#""n": {"stage": "model.load", "parameters": {"architecture": "vgg16", "input": {"ordre": "RGB"}}}"#),
    ]
}
