import JSONValues
import Pipeline
import Storage
import Testing

/// Pipeline files that would take for ever, or everything.
@Suite struct LimitTests {
    @Test func `variables that double themselves are cut off`() throws {
        let doubling = (1..<60).map { #""v\#($0)": "${v\#($0 - 1)}${v\#($0 - 1)}""# }.joined(separator: ", ")
        let workspace = try Workspace(
            #"{"variables": {"v0": "x", \#(doubling)}, "stages": {"a": {"stage": "toy.count"}}, "description": "${v59}"}"#
        )
        #expect(workspace.mistakes().contains("with its variables put in, the file has more than 64 MB"))
        let lists = doubling.replacing(#": "${"#, with: #": ["${"#).replacing(#"}${"#, with: #"}", "${"#)
            .replacing(#"}", "v"#, with: #"}"], "v"#)
        try workspace.write(
            "p.json",
            #"{"variables": {"v0": "x", \#(lists)]}, "stages": {"a": {"stage": "toy.count"}}, "description": "${v59}"}"#
        )
        #expect(workspace.mistakes().contains("with its variables put in, the file has more than 64 MB"))
    }

    @Test func `variables may not use each other in a long row`() throws {
        let row = (1..<60_000).map { #""v\#($0)": "${v\#($0 - 1)}""# }.joined(separator: ", ")
        let workspace = try Workspace(
            #"{"variables": {"v0": 1, \#(row)}, "stages": {"a": {"stage": "toy.count", "parameters": {"count": "${v59999}"}}}}"#
        )
        #expect(workspace.mistakes().contains("more than 100 variables use each other in a row"))
    }

    @Test func `files that include each other twice are read once`() throws {
        let workspace = try Workspace(#"{"include": ["30.json"]}"#)
        try workspace.write("0.json", #"{"stages": {"a": {"stage": "toy.count"}}}"#)
        for level in 1...30 {
            try workspace.write("\(level).json", #"{"include": ["\#(level - 1).json", "\#(level - 1).json"]}"#)
        }
        #expect(workspace.mistakes() == "")
        let many = Array(repeating: "\"0.json\"", count: 1001).joined(separator: ", ")
        try workspace.write("p.json", "{\"include\": [\(many)]}")
        #expect(workspace.mistakes().contains("this is the include number 1001; 1000 are allowed"))
    }

    @Test func `pipes and devices are refused, folders where a file is meant`() throws {
        let workspace = try Workspace(#"{"include": ["/dev/zero"]}"#)
        #expect(workspace.mistakes().contains("cannot read '/dev/zero': it is a pipe, a socket or a device"))
        for (path, words) in [("/dev/zero", "is a pipe, a socket or a device"), ("/usr", "is a folder")] {
            try workspace.write(
                "p.json", #"{"stages": {"a": {"stage": "toy.read", "parameters": {"file": "\#(path)"}}}}"#)
            #expect(workspace.mistakes().contains("stages.a.parameters.file: '\(path)' \(words)\n  fix: "))
        }
    }

    @Test(arguments: [
        (#"{"seed": [1, 1]}"#, "1 is in the list already: two instances would have one name"),
        (#"{"seed": [2, 1, 1.0]}"#, "1.0 is in the list already as 1, the same number"),
        (#"{"cure": ["null", "x", "null"]}"#, "null is in the list"),
        (#"{"cure": ["\#(String(repeating: "x", count: 250))"]}"#, "the name of an instance has 258 bytes"),
    ]) func `instances with one name, or a long one, are refused`(matrix: String, words: String) throws {
        let workspace = try Workspace(#"{"stages": {"a": {"stage": "toy.trouble", "matrix": \#(matrix)}}}"#)
        #expect(workspace.mistakes().contains(words))
    }

    @Test func `a list of more values than instances are allowed is refused at once`() throws {
        let values = (0...1_000_000).map(String.init).joined(separator: ",")
        let workspace = try Workspace(
            #"{"stages": {"a": {"stage": "toy.count", "matrix": {"count": [\#(values)]}}}}"#)
        #expect(workspace.mistakes().contains("stages.a.matrix.count: this makes more than 1000000 instances"))
    }

    @Test func `of a name of megabytes a message has the beginning`() throws {
        let name = String(repeating: "n", count: 5_000_000)
        let workspace = try Workspace(
            #"{"stages": {"a": {"stage": "toy.count", "parameters": {"\#(name)": 1}}, "b": {"stage": "\#(name)"}}}"#)
        let mistakes = workspace.mistakes()
        #expect(mistakes.utf8.count < 20_000)
        #expect(mistakes.contains("stages.a.parameters.nnnn"))
        #expect(mistakes.contains("nnnn… (5000031 bytes)\n  fix: rename or remove it"))
        #expect(mistakes.contains("stages.b.stage: there is no stage 'nnnn"))
    }

    @Test func `a chain of 100000 stages is planned and checked`() throws {
        let rest = (1..<100_000).map { #""s\#($0)": {"stage": "toy.add", "inputs": {"points": "s\#($0 - 1)"}}"# }
        let workspace = try Workspace(
            #"{"stages": {\#(rest.reversed().joined(separator: ",")), "s0": {"stage": "toy.count"}}}"#)
        let plan = try workspace.plan()
        try plan.check()
        #expect(plan.stages.map(\.id) == (0..<100_000).map { "s\($0)" })
    }

    @Test func `ten thousand wrong names are all found`() throws {
        let stages = (0..<10_000).map { #""s\#($0)": {"stage": "toy.add", "inputs": {"points": "q\#($0)"}}"# }
        let workspace = try Workspace(#"{"stages": {\#(stages.joined(separator: ","))}}"#)
        let mistakes = workspace.mistakes()
        #expect(mistakes.contains("stages.s0.inputs.points: there is no stage 'q0'"))
        #expect(mistakes.hasSuffix("and 9900 more"))
    }

    @Test func `a variable deep in a list changes its place alone`() throws {
        let workspace = try Workspace(
            #"{"variables": {"n": 2}, "stages": {"a": {"stage": "toy.count", "parameters": {"skipped": [1, "${n}", 3]}}}}"#
        )
        #expect(try workspace.plan().stages[0].parameters["skipped"] == [1, 2, 3])
    }

    @Test func `long names are refused`() throws {
        let name = String(repeating: "n", count: 201)
        let workspace = try Workspace(#"{"name": "\#(name)", "stages": {"\#(name)": {"stage": "toy.count"}}}"#)
        let mistakes = workspace.mistakes()
        #expect(mistakes.contains("name: the name has 201 bytes; at most 200 fit into the name of a folder"))
        #expect(mistakes.contains("stages.\(name): the name has 201 bytes"))
    }
}
