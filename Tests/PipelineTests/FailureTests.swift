import JSONValues
import Pipeline
import Storage
import Testing

@Suite struct FailureTests {
    private func workspace(_ trouble: String) throws -> Workspace {
        try Workspace(
            """
            {"stages": {"bad": {"stage": "toy.trouble", "parameters": {"trouble": "\(trouble)", "cure": "cure.txt"}},
            "after": {"stage": "toy.add", "inputs": {"points": "bad"}},
            "other": {"stage": "toy.count"}}}
            """)
    }

    @Test(arguments: [
        ("badInput", 65, "'points': 60 samples, but 91 are needed\n  fix: feed more samples"),
        ("failure", 1, "the machine is on fire"),
        (
            "forgets", 1,
            "it ended without writing its output 'numbers'\n  fix: this is a mistake in the stage: report it"
        ),
        (
            "strays", 1,
            "it left the file 'other.txt', which belongs to none of its outputs numbers, summary\n"
                + "  fix: this is a mistake in the stage: report it"
        ),
    ])
    func `a failed stage is reported, blocks its followers and leaves nothing`(
        trouble: String, exitCode: Int32, message: String
    ) throws {
        let workspace = try workspace(trouble)
        let result = try workspace.run()
        #expect(result.state == .failed)
        #expect(result.exitCode == exitCode)
        #expect(result.failures.map(workspace.without) == ["p.json: stages.bad ('toy.trouble'): \(message)"])
        #expect(result.blocked == ["after"])
        #expect(result.executed == [])
        #expect(try FileSystem.list(workspace.path + "/store/objects") == [])
        #expect(try FileSystem.list(workspace.path + "/store/temporary") == [])
        let record = try workspace.json("runs/p/run.json")
        #expect(record["state"] == "failed")
        #expect(record["stages"]?["bad"]?["state"] == "failed")
        #expect(record["stages"]?["bad"]?["error"] == .string(message))
        #expect(record["stages"]?["after"]?["state"] == "blocked")
        #expect(record["stages"]?["after"]?["reason"] == "bad has no result")
        #expect(record["stages"]?["other"]?["state"] == "waiting")
        #expect(try workspace.read("runs/p/logs/bad.log").contains("failed: \(message)\n"))
    }

    @Test func `stages that do not depend on a failed one run when asked to`() throws {
        let workspace = try workspace("failure")
        let result = try workspace.run(keepsGoing: true)
        #expect(result.exitCode == 1)
        #expect(result.executed == ["other"])
        #expect(result.blocked == ["after"])
        try workspace.write("cure.txt", "")
        #expect(try workspace.run().executed == ["bad", "after"])
    }

    @Test func `an interrupted run goes on where it stopped`() throws {
        let workspace = try workspace("interrupt")
        let result = try workspace.run()
        #expect(result.state == .interrupted)
        #expect(result.exitCode == 130)
        #expect(try workspace.json("runs/p/run.json")["stages"]?["bad"]?["state"] == "interrupted")
        #expect(try FileSystem.list(workspace.path + "/store/temporary") == [])
        try workspace.write("cure.txt", "")
        #expect(try workspace.run().executed == ["bad", "after", "other"])
    }

    @Test func `a run that is cancelled before it starts runs nothing`() throws {
        let workspace = try workspace("none")
        let cancellation = Cancellation()
        cancellation.request()
        let result = try workspace.run(cancellation: cancellation)
        #expect(result.executed == [])
        #expect(result.exitCode == 130)
    }

    @Test func `a checkpoint survives a failure and is gone after success`() throws {
        let workspace = try workspace("checkpoint")
        #expect(try workspace.run().state == .failed)
        #expect(try FileSystem.list(workspace.path + "/store/checkpoints").count == 1)
        #expect(try workspace.run().state == .finished)
        #expect(try workspace.read("runs/p/outputs/bad/numbers.txt") == "5.0\n")
        #expect(try FileSystem.list(workspace.path + "/store/checkpoints") == [])
    }

    @Test(arguments: ["numbers.txt", "manifest.json"])
    func `a damaged result is made again`(file: String) throws {
        let workspace = try workspace("none")
        _ = try workspace.run()
        let key = try #require(try workspace.keys()["bad"])
        let path = workspace.path + "/store/objects/\(key.prefix(2))/\(key.dropFirst(2))/\(file)"
        try FileSystem.remove(path)
        try FileSystem.write("", to: path)
        // Which still knows what the manifest said.
        try FileSystem.remove(workspace.path + "/store/index")
        let again = try workspace.run()
        #expect(again.executed == ["bad"])
        #expect(again.reused == ["after", "other"])
        #expect(try workspace.read("runs/p/outputs/bad/numbers.txt") == "1.0\n")
        let warnings = workspace.events.events.compactMap { event -> String? in
            if case .warning("bad", let message) = event { message } else { nil }
        }
        #expect(
            warnings == [
                "the stored result is damaged: "
                    + (file == "manifest.json"
                        ? "its manifest cannot be read" : "the file 'numbers.txt' has 0 bytes instead of 4")
            ])
        #expect(try FileSystem.list(workspace.path + "/store/temporary") == [])
        #expect(try workspace.run().executed == [])
    }
}
