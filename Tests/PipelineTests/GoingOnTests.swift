import JSONValues
import Pipeline
import Storage
import Testing

/// The command that goes on after a run that did not come to its end.
@Suite struct GoingOnTests {
    private let workspace: Workspace

    init() throws {
        workspace = try Workspace(
            """
            {"stages": {"first": {"stage": "toy.count"},
            "bad": {"stage": "toy.trouble", "inputs": {"points": "first"},
                    "parameters": {"trouble": "failure", "cure": "cure.txt"}},
            "worse": {"stage": "toy.trouble", "inputs": {"points": "first"},
                      "parameters": {"trouble": "failure", "cure": "nothing.txt"}},
            "last": {"stage": "toy.add", "inputs": {"points": "bad"}}}}
            """)
    }

    /// Of a failing run with these words on its command line.
    private func command(
        _ words: String..., forcing: String? = nil, until: String? = nil, failedOnly: Bool = false
    ) throws -> String? {
        let result = try workspace.run(forcing: forcing, until: until, failedOnly: failedOnly) {
            $0.commandLine = ["convscope", "run", "p.json"] + words
        }
        // What `status` reads is what `run` says.
        #expect(try RunStatus(RecordedRun(reading: workspace.runFolder)).commandToGoOn == result.commandToGoOn)
        return result.commandToGoOn
    }

    @Test func `options are repeated as they were given, quoted for the shell`() throws {
        #expect(
            try command("--set", "stages.first.parameters.skipped=[]", "--store=my store", "--jobs", "2")
                == "convscope run p.json --set 'stages.first.parameters.skipped=[]' '--store=my store' --jobs 2")
    }

    @Test func `what was forced and has run is not forced again, the rest is`() throws {
        #expect(try command("--force", "first", "--jobs", "1", forcing: "first") == "convscope run p.json --jobs 1")
        #expect(try command("--force=bad", forcing: "bad") == "convscope run p.json --force bad")
        #expect(
            try command("--force", "*", forcing: "*", until: "bad") == "convscope run p.json --force bad")
    }

    @Test func `failed stages that were selected stay selected`() throws {
        _ = try workspace.run(keepsGoing: true)
        // Only one of the two is tried now; the record no longer says that the other has failed.
        #expect(try command("--failed", failedOnly: true) == "convscope run p.json --until bad --until worse")
    }

    @Test func `there is nothing to go on with after the end, and another folder is named`() throws {
        try workspace.write("p.json", #"{"stages": {"first": {"stage": "toy.count"}}}"#)
        #expect(try command() == nil)
        var record = try workspace.json("runs/p/run.json")
        record["state"] = "interrupted"
        record["go_on_with"] = ["convscope", "run", "p.json"]
        record["working_folder"] = "/some where"
        try workspace.write("runs/p/run.json", record.prettyText)
        #expect(
            try RunStatus(RecordedRun(reading: workspace.runFolder)).commandToGoOn
                == "cd '/some where' && convscope run p.json")
    }
}
