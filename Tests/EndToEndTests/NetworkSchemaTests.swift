import Foundation
import JSONValues
import TestSupport
import Testing

/// The schema of network files, held against a validator that knows nothing of us.
@Suite struct NetworkSchemaTests {
    private let workspace: Workspace

    init() throws {
        workspace = try Workspace(withPipelines: ())
        #expect(try workspace.run(["schema", "network", "-o", "schema.json"]).status == 0)
    }

    @Test func `the committed schema is the one that the program makes`() throws {
        #expect(
            try workspace.text("schema.json") == workspace.text("Configs/network.schema.json"),
            "write it again: convscope schema network -o Configs/network.schema.json")
    }

    @Test func `every setting has words and every shipped network names the schema`() throws {
        let rules = try #require(try workspace.json("schema.json")["$defs"]?["layer"]?["allOf"]?.array)
        for rule in rules {
            let settings = try #require(rule["then"]?["properties"]?.object)
            for (key, schema) in settings where key != "kind" {
                #expect(schema["description"] != nil, "\(rule["if"]?.compactText ?? ""): \(key)")
            }
        }
        for name in try networks() {
            #expect(try workspace.json(name)["$schema"]?.string == "../network.schema.json", "\(name)")
        }
    }

    @Test(.enabled(if: Python(with: "jsonschema") != nil, "CONVSCOPE_PYTHON has no jsonschema"))
    func `the validator accepts what the program accepts and rejects what it rejects`() throws {
        var right = try networks()
        for (index, layers) in Self.right.enumerated() { right.append(try write(layers, "right-\(index).json")) }
        var wrong: [String] = []
        for (index, layers) in Self.wrong.enumerated() { wrong.append(try write(layers, "wrong-\(index).json")) }
        for (index, text) in Self.wrongFiles.enumerated() {
            try workspace.write(text, to: "other-\(index).json")
            wrong.append("other-\(index).json")
        }
        let python = try #require(Python(with: "jsonschema"))
        let outcome = try python.run("validate.py", (["schema.json"] + right + wrong).map(workspace.path))
        #expect(outcome.status == 0, "\(outcome.errors)")
        let verdicts = outcome.output.split(separator: "\n")
        for (name, verdict) in zip(right + wrong, verdicts) {
            let isRight = right.contains(name)
            let text = try workspace.text(name)
            #expect((verdict == "valid") == isRight, "\(name): \(verdict): \(text)")
            #expect(try workspace.run(["layers", name]).status == (isRight ? 0 : 65), "\(name)")
        }
    }

    private func networks() throws -> [String] {
        try workspace.files(below: "Configs/networks").map { "Configs/networks/" + $0 }
    }

    private func write(_ layers: String, _ name: String) throws -> String {
        try workspace.write(#"{"name": "n", "input": [4, 8, 8], "layers": [\#(layers)]}"#, to: name)
        return name
    }

    private static let convolution = #""kind": "convolution", "in_channels": 4, "out_channels": 4, "kernel": 3"#

    private static let right = [
        #"{"name": "a", \#(convolution), "padding": [1, 0, 2, 1], "stride": [1, 2], "bias": false, "alias": "b"}"#,
        #"{"name": "a", \#(convolution), "padding": [1, 2]}, {"name": "r", "kind": "relu", "limit": 6}"#,
        #"{"name": "p", "kind": "max_pooling", "kernel": [2, 3], "stride": 0, "ceil_mode": true}"#,
        #"{"name": "s", "kind": "addition", "inputs": ["input", "input"]}"#,
        #"{"name": "c", "kind": "clip", "min": -1.5}"#,
    ]

    private static let wrong = [
        "", #"{"name": "a"}"#, #"{"kind": "relu"}"#, #"{"name": "a", "kind": "reul"}"#,
        #"{"name": "a", "kind": "convolution", "in_channels": 4, "out_channels": 4}"#,
        #"{"name": "a", \#(convolution), "padding": [1, 2, 3]}"#, #"{"name": "a", \#(convolution), "padding": -1}"#,
        #"{"name": "a", \#(convolution), "stride": 0}"#, #"{"name": "a", \#(convolution), "bias": 1}"#,
        #"{"name": "a", \#(convolution), "paddin": 1}"#, #"{"name": "a/b", "kind": "relu"}"#,
        #"{"name": "", "kind": "relu"}"#, #"{"name": "a", "kind": "relu", "inputs": "input"}"#,
        #"{"name": "a", "kind": "relu", "alias": 3}"#, #"{"name": "a", "kind": "relu", "limit": "6"}"#,
    ]

    private static let wrongFiles = [
        "[]", "{}", #"{"name": "n", "input": [1, 8], "layers": [{"name": "a", "kind": "relu"}]}"#,
        #"{"name": "n", "input": [1, 8, 0], "layers": [{"name": "a", "kind": "relu"}]}"#,
        #"{"name": "n", "input": [1, 8, 8], "layer": [{"name": "a", "kind": "relu"}]}"#,
        #"{"input": [1, 8, 8], "layers": [{"name": "a", "kind": "relu"}]}"#,
    ]
}
