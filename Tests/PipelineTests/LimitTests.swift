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
        (#"{"seed": [1, 1]}"#, "1 is in the list already"),
        (#"{"cure": ["null", "x", "null"]}"#, "null is in the list"),
        (#"{"cure": ["\#(String(repeating: "x", count: 250))"]}"#, "the name of an instance has 258 bytes"),
    ]) func `instances with one name, or a long one, are refused`(matrix: String, words: String) throws {
        let workspace = try Workspace(#"{"stages": {"a": {"stage": "toy.trouble", "matrix": \#(matrix)}}}"#)
        #expect(workspace.mistakes().contains(words))
    }

    @Test func `long names are refused`() throws {
        let name = String(repeating: "n", count: 201)
        let workspace = try Workspace(#"{"name": "\#(name)", "stages": {"\#(name)": {"stage": "toy.count"}}}"#)
        let mistakes = workspace.mistakes()
        #expect(mistakes.contains("name: the name has 201 bytes; at most 200 fit into the name of a folder"))
        #expect(mistakes.contains("stages.\(name): the name has 201 bytes"))
    }
}
