import JSONValues
import Pipeline
import Testing

/// Whole messages, as a user reads them.
@Suite struct MistakeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let id: String
        let pipeline: String
        let expected: String
        var testDescription: String { id }

        init(_ id: String, _ pipeline: String, _ expected: String) {
            self.id = id
            self.pipeline = pipeline
            self.expected = expected
        }

        /// A pipeline with one stage `a` of kind `toy.count` that has these parameters.
        init(_ id: String, parameters: String, _ expected: String) {
            self.init(id, #"{"stages": {"a": {"stage": "toy.count", "parameters": {\#(parameters)}}}}"#, expected)
        }
    }

    static let cases: [Case] = [
        Case(
            "not JSON", "{\n  \"stages\": {,}\n}",
            """
            p.json:2:14: not JSON: expected a key in double quotes, found ','
              fix: correct the text there
            """),
        Case(
            "not an object", "[]",
            """
            p.json:1:1: expected an object, found an empty list
              fix: write { "stages": { … } }
            """),
        Case(
            "no stages", "{}",
            """
            p.json:1:1: stages: expected an object, found null
              fix: write { "data": { "stage": … } }
            """),
        Case(
            "unknown keys", #"{"nmae": "x", "stages": {"a": {"stage": "toy.count", "input": {}, "xyz": 1}}}"#,
            """
            p.json:1:2: nmae: unknown key 'nmae'; did you mean 'name'?
              fix: rename or remove it; the keys are $schema, description, include, name, stages, variables
            p.json:1:54: stages.a.input: unknown key 'input'; did you mean 'inputs'?
              fix: rename or remove it; the keys are description, inputs, matrix, parameters, resources, shards, stage
            p.json:1:67: stages.a.xyz: unknown key 'xyz'
              fix: rename or remove it; the keys are description, inputs, matrix, parameters, resources, shards, stage
            """),
        Case(
            "duplicate key", "{\"stages\": {\n\"a\": {\"stage\": \"toy.count\"},\n\"a\": {\"stage\": \"toy.count\"}}}",
            """
            p.json:3:1: stages.a: the key is already there, in line 2, column 1
              fix: remove one of the two
            """),
        Case(
            "unknown stage", #"{"stages": {"a": {"stage": "toy.cuont"}}}"#,
            """
            p.json:1:19: stages.a.stage: there is no stage 'toy.cuont'; did you mean 'toy.count'?
              fix: write one of toy.count, toy.add, toy.read, toy.trouble, toy.page; 'convscope stages' describes them
            """),
        Case(
            "no stage", #"{"stages": {"a": {}}}"#,
            """
            p.json:1:13: stages.a: it does not say which stage it is
              fix: write "stage": "toy.count", or another; 'convscope stages' lists them
            """),
        Case(
            "bad names",
            #"{"name": "../x", "stages": {"a.b": {"stage": "toy.count"}, "-c": {"stage": "toy.count", "parameters": {"count": 0}}}}"#,
            """
            p.json:1:2: name: '../x' cannot name a folder
              fix: use letters, digits, '.', '_' and '-', and neither '.' nor '-' at the start
            p.json:1:29: stages["a.b"]: 'a.b' is no name for a stage
              fix: use letters, digits, '_' and '-', and no '-' at the start
            p.json:1:60: stages.-c: '-c' is no name for a stage
              fix: use letters, digits, '_' and '-', and no '-' at the start
            p.json:1:104: stages.-c.parameters.count: 0 is outside 1...1000
              fix: choose a value in that range, or remove the key to take the default 3
            """),
        Case(
            "unknown parameter", parameters: #""cuont": 3, "batches": 1"#,
            """
            p.json:1:56: stages.a.parameters.cuont: 'toy.count' has no parameter 'cuont'; did you mean 'count'?
              fix: rename or remove it; the parameters are batch, count, first_number, limit, order, skipped
            p.json:1:68: stages.a.parameters.batches: 'toy.count' has no parameter 'batches'; did you mean 'batch'?
              fix: rename or remove it; the parameters are batch, count, first_number, limit, order, skipped
            """),
        Case(
            "wrong types", parameters: #""first_number": "30", "count": 2.5, "skipped": [1, "x"], "order": "don""#,
            """
            p.json:1:78: stages.a.parameters.count: expected a whole number, found the number 2.5
              fix: write a whole number; the default is 3
            p.json:1:56: stages.a.parameters.first_number: expected a number, found the string "30"
              fix: write a number; the default is 0.5
            p.json:1:113: stages.a.parameters.order: 'don' is not a choice; did you mean 'down'?
              fix: write one of up, down, none; the default is "up"
            p.json:1:107: stages.a.parameters.skipped[1]: expected a whole number, found the string "x"
              fix: write a whole number
            """),
        Case(
            "out of range", parameters: #""count": 0, "limit": 1.5, "batch": 0"#,
            """
            p.json:1:56: stages.a.parameters.count: 0 is outside 1...1000
              fix: choose a value in that range, or remove the key to take the default 3
            p.json:1:68: stages.a.parameters.limit: 1.5 is outside 0.0...1.0
              fix: choose a value in that range, or remove the key
            p.json:1:82: stages.a.parameters.batch: 0 is outside 1...
              fix: choose a value in that range, or remove the key to take the default 8
            """),
        Case(
            "relations of parameters", parameters: #""count": 1, "skipped": [0, 1]"#,
            """
            p.json:1:68: stages.a.parameters.skipped: 2 of 1 are skipped
              fix: skip fewer
            """),
        Case(
            "required parameter", #"{"stages": {"a": {"stage": "toy.read"}}}"#,
            """
            p.json:1:13: stages.a.parameters.file: 'file' is missing: Where the numbers are.
              fix: write "file": with the path of a file; it has no default
            """),
        Case(
            "missing file", #"{"stages": {"a": {"stage": "toy.read", "parameters": {"file": "p.jsn"}}}}"#,
            """
            p.json:1:55: stages.a.parameters.file: there is no file 'p.jsn'; did you mean 'p.json'?
              fix: correct the path; relative paths start at <folder>
            """),
        Case(
            "missing input",
            #"{"stages": {"a": {"stage": "toy.add"}, "b": {"stage": "toy.add", "inputs": {"point": "a"}}}}"#,
            """
            p.json:1:13: stages.a.inputs: 'toy.add' needs the input 'points': numbers
              fix: write "points": with the name of a stage that makes numbers
            p.json:1:77: stages.b.inputs.point: 'toy.add' has no input 'point'; did you mean 'points'?
              fix: rename or remove it; the inputs are points
            p.json:1:66: stages.b.inputs: 'toy.add' needs the input 'points': numbers
              fix: write "points": with the name of a stage that makes numbers
            """),
        Case(
            "unknown sources",
            """
            {"stages": {"count": {"stage": "toy.count"},
            "a": {"stage": "toy.add", "inputs": {"points": "cuont"}},
            "b": {"stage": "toy.add", "inputs": {"points": "count.numbrs"}},
            "c": {"stage": "toy.add", "inputs": {"points": ["count"]}},
            "d": {"stage": "toy.add", "inputs": {"points": "a b"}}}}
            """,
            """
            p.json:4:38: stages.c.inputs.points: expected the name of a stage, found a list
              fix: write "stage" or "stage.output"
            p.json:5:38: stages.d.inputs.points: 'a b' does not name a stage
              fix: write "stage" or "stage.output"
            p.json:2:38: stages.a.inputs.points: there is no stage 'cuont'; did you mean 'count'?
              fix: choose from b, c, count, d, or add it
            p.json:3:38: stages.b.inputs.points: 'count' has no output 'numbrs'; did you mean 'numbers'?
              fix: the outputs of 'toy.count' are numbers, history, summary
            """),
        Case(
            "kinds that do not fit",
            """
            {"stages": {"count": {"stage": "toy.count"}, "page": {"stage": "toy.page", "inputs": {"sections": "count"}},
            "a": {"stage": "toy.add", "inputs": {"points": "count.history"}},
            "b": {"stage": "toy.add", "inputs": {"points": "page"}}}}
            """,
            """
            p.json:2:38: stages.a.inputs.points: 'count.history' is of kind 'history', but 'points' takes numbers
              fix: write "count.numbers"
            p.json:3:38: stages.b.inputs.points: 'page' is of kind 'report', but 'points' takes numbers
              fix: name a stage that fits: a or count
            """),
        Case(
            "cycle",
            """
            {"stages": {"a": {"stage": "toy.add", "inputs": {"points": "c"}},
            "b": {"stage": "toy.add", "inputs": {"points": "a"}},
            "c": {"stage": "toy.add", "inputs": {"points": "b"}, "parameters": {"amount": -1}},
            "d": {"stage": "toy.add", "inputs": {"points": "d"}, "matrix": {"amount": [1, 200], "x": [1]}},
            "e": {"stage": "toy.page", "inputs": {"sections": ["d.smu", "f[y=2]"]}},
            "f": {"stage": "toy.count", "matrix": {"count": [2, 0]}}}}
            """,
            """
            p.json:2:38: stages.b.inputs.points: the stages wait for each other: b → c → a → b
              fix: remove one of these inputs
            p.json:4:38: stages.d.inputs.points: the stages wait for each other: d → d
              fix: remove one of these inputs
            p.json:6:53: stages.f.matrix.count[1]: 0 is outside 1...1000
              fix: choose a value in that range, or remove the key to take the default 3
            p.json:3:69: stages.c.parameters.amount: -1.0 is outside 0.0...100.0
              fix: choose a value in that range, or remove the key to take the default 1.0
            p.json:4:85: stages.d.matrix.x: 'toy.add' has no parameter 'x'
              fix: rename or remove it; the parameters are amount
            p.json:4:79: stages.d.matrix.amount[1]: 200.0 is outside 0.0...100.0
              fix: choose a value in that range, or remove the key to take the default 1.0
            p.json:5:52: stages.e.inputs.sections[0]: 'd' has no output 'smu'; did you mean 'sum'?
              fix: the outputs of 'toy.add' are sum, summary
            """),
        Case(
            "check of the stage",
            """
            {"stages": {"a": {"stage": "toy.count", "parameters": {"skipped": [0]}},
            "b": {"stage": "toy.add", "inputs": {"points": "a"}, "parameters": {"amount": 2}},
            "c": {"stage": "toy.add", "inputs": {"points": "b"}, "parameters": {"amount": 30}},
            "d": {"stage": "toy.add", "inputs": {"points": "b"}, "matrix": {"amount": [1, 2, 40]}}}}
            """,
            """
            p.json:3:69: stages.c.parameters.amount: 30.0 is much for 2 numbers
              fix: add at most 20
            p.json:4:82: stages.d.matrix.amount[2]: 40.0 is much for 2 numbers
              fix: add at most 20
            """),
        Case(
            "resources",
            """
            {"stages": {"a": {"stage": "toy.count", "shards": 0,
            "resources": {"threads": 0, "memory": "8XB", "time": "1h", "partition": 3, "tread": 1}}}}
            """,
            """
            p.json:2:15: stages.a.resources.threads: expected a whole number above 0, found the number 0
              fix: write 2
            p.json:2:29: stages.a.resources.memory: expected an amount of memory, found the string "8XB", whose unit 'xb' is none of B, KB, MB, GB, TB, KiB, MiB, GiB
              fix: write "8GB"
            p.json:2:46: stages.a.resources.time: expected hours, minutes and seconds, found the string "1h"
              fix: write "01:00:00"
            p.json:2:60: stages.a.resources.partition: expected a string, found the number 3
              fix: write a partition
            p.json:2:76: stages.a.resources.tread: unknown key 'tread'; did you mean 'threads'?
              fix: rename or remove it; the keys are memory, partition, threads, time
            p.json:1:41: stages.a.shards: expected a whole number above 0, found the number 0
              fix: write 8, or remove it
            """),
        Case(
            "variables",
            """
            {"variables": {"few": 2, "list": [1], "p": "${q}", "q": "${p}"},
            "stages": {"a": {"stage": "toy.count", "parameters": {"count": "${fwe}", "order": "x${list}", "limit": "${p}"}}}}
            """,
            """
            p.json:2:55: stages.a.parameters.count: there is no variable 'fwe'; did you mean 'few'?
              fix: correct the name or add it to "variables"; the variables are few, list, p, q
            p.json:2:74: stages.a.parameters.order: the variable 'list' is a list and cannot be part of a text
              fix: write "${list}" alone, or make it a string or number
            p.json:1:39: variables.p: the variables use each other: p → q → p
              fix: give one of them a value of its own
            """),
        Case(
            "what takes from a wrong variable",
            """
            {"variables": {"p": "${q}", "q": "${p}", "r": "${s}"},
            "stages": {"a": {"stage": "toy.read", "parameters": {"file": "${p}${q}"}},
            "b": {"stage": "toy.count", "parameters": {"count": "${r}"}}}}
            """,
            """
            p.json:1:16: variables.p: the variables use each other: p → q → p
              fix: give one of them a value of its own
            p.json:1:42: variables.r: there is no variable 's'
              fix: correct the name or add it to "variables"; the variables are p, q, r
            """),
        Case(
            "matrix",
            """
            {"stages": {"a": {"stage": "toy.count", "matrix": {"count": [1, 0], "order": "up", "x": [1]}},
            "b": {"stage": "toy.count", "parameters": {"count": 2}, "matrix": {"count": [1, 2]}},
            "c": {"stage": "toy.add", "inputs": {"points": "b[*]"}},
            "d": {"stage": "toy.add", "inputs": {"points": "b[cuont=1]"}},
            "e": {"stage": "toy.add", "inputs": {"points": "b[count=5]"}}}}
            """,
            """
            p.json:1:69: stages.a.matrix.order: expected a list of values, found the string "up"
              fix: write [5, 30, 50]
            p.json:1:84: stages.a.matrix.x: 'toy.count' has no parameter 'x'
              fix: rename or remove it; the parameters are batch, count, first_number, limit, order, skipped
            p.json:1:65: stages.a.matrix.count[1]: 0 is outside 1...1000
              fix: choose a value in that range, or remove the key to take the default 3
            p.json:2:68: stages.b.matrix.count: 'count' is in "parameters" as well
              fix: remove it from one of the two
            p.json:3:38: stages.c.inputs.points: 'points' takes one source, and 'b[*]' are 2
              fix: remove [*] to make one instance for each
            p.json:4:38: stages.d.inputs.points: 'b' has no axis 'cuont'; did you mean 'count'?
              fix: its axes are count
            p.json:5:38: stages.e.inputs.points: 'count' of 'b' is never 5
              fix: choose from 1, 2
            """),
    ]

    @Test(arguments: cases)
    func `every mistake is reported at once`(_ test: Case) throws {
        let workspace = try Workspace(test.pipeline)
        #expect(workspace.mistakes() == test.expected)
    }

    @Test func `a missing pipeline file is named with its nearest neighbour`() throws {
        let workspace = try Workspace("{}")
        do {
            _ = try PipelineFile(reading: workspace.path + "/q.json")
            Issue.record("there is no such file")
        } catch {
            #expect(
                workspace.without(path: "\(error)") == """
                    q.json: there is no such file; did you mean 'p.json'?
                      fix: give the path of a pipeline file
                    """)
        }
    }
}
