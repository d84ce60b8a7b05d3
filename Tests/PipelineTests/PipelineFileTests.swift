import JSONValues
import Pipeline
import Testing

@Suite struct PipelineFileTests {
    @Test func `variables keep their type alone and become text within text`() throws {
        let workspace = try Workspace(
            #"""
            {"variables": {"n": 3, "x": 1.5, "both": "${n}-${x}", "list": [1, "${n}"]},
             "description": "${both} of $${n}, $5",
             "stages": {"a": {"stage": "toy.count", "parameters": {"count": "${n}", "skipped": "${list}"}}}}
            """#)
        let file = try PipelineFile(reading: workspace.path + "/p.json")
        #expect(file.resolved["description"] == "3-1.5 of ${n}, $5")
        #expect(file.resolved["stages"]?["a"]?["parameters"] == ["count": 3, "skipped": [1, 3]])
        #expect(file.resolved["variables"] == nil)
    }

    @Test func `settings have the type of their JSON and reach variables`() throws {
        let workspace = try Workspace(
            #"{"variables": {"n": 3}, "stages": {"a": {"stage": "toy.count", "parameters": {"count": "${n}"}}}}"#)
        let file = try PipelineFile(
            reading: workspace.path + "/p.json",
            settings: [
                "variables.n=5", "stages.a.parameters.order=down", "stages.a.parameters.skipped=[1,2]",
                "stages.a.parameters.skipped[1]=0", "stages.a.resources.memory=8GB", "name=other",
            ])
        #expect(file.name == "other")
        #expect(
            file.resolved["stages"]?["a"] == [
                "stage": "toy.count", "parameters": ["count": 5, "order": "down", "skipped": [1, 0]],
                "resources": ["memory": "8GB"],
            ])
    }

    @Test func `included files are merged and the including one wins`() throws {
        let workspace = try Workspace(
            #"{"include": ["base.json", "more.json"], "stages": {"a": {"parameters": {"count": 7}}}}"#)
        try workspace.write(
            "base.json",
            #"{"variables": {"x": 1}, "stages": {"a": {"stage": "toy.count", "parameters": {"count": 1, "order": "up"}}}}"#
        )
        try workspace.write(
            "more.json", #"{"stages": {"a": {"parameters": {"order": "down"}}, "b": {"stage": "toy.cuont"}}}"#)
        let file = try PipelineFile(reading: workspace.path + "/p.json")
        #expect(
            file.resolved["stages"] == [
                "a": ["stage": "toy.count", "parameters": ["count": 7, "order": "down"]], "b": ["stage": "toy.cuont"],
            ])
        #expect(file.name == "p")
        // The mistake is placed in the file that says it.
        #expect(
            workspace.mistakes() == """
                more.json:1:59: stages.b.stage: there is no stage 'toy.cuont'; did you mean 'toy.count'?
                  fix: write one of toy.count, toy.add, toy.read, toy.trouble, toy.page; 'convscope stages' describes them
                """)
    }

    @Test func `files that include each other, or do not exist, are mistakes`() throws {
        let workspace = try Workspace(#"{"include": ["q.json"], "stages": {}}"#)
        try workspace.write("q.json", #"{"include": ["p.json"]}"#)
        #expect(
            workspace.mistakes() == """
                q.json:1:14: include[0]: the files include each other
                  fix: remove 'p.json'
                """)
        try workspace.write("q.json", #"{"include": ["r.json"]}"#)
        #expect(
            workspace.mistakes() == """
                q.json:1:14: include[0]: there is no file 'r.json'
                  fix: correct the path; it starts at the folder of q.json
                """)
    }

    @Test(arguments: [
        ("8GB", 8_000_000_000), ("1.5 GiB", 1_610_612_736), ("500MB", 500_000_000), ("8", nil), ("-1GB", nil),
        ("GB", nil),
        ("1e99GB", nil),
    ])
    func `amounts of memory are read`(text: String, bytes: Int?) { #expect(Resources.bytes(text) == bytes) }

    @Test(arguments: [
        ("01:00:00", 3600), ("2-00:00:00", 172_800), ("30:00", 1800), ("1h", nil), ("1", nil), ("-1:00", nil),
        ("a:b", nil),
    ])
    func `durations are read`(text: String, seconds: Int?) { #expect(Resources.seconds(text) == seconds) }
}
