import JSONValues
import Pipeline
import Storage
import Testing

@Suite struct RunnerTests {
    static let chain = """
        {"stages": {"count": {"stage": "toy.count"},
        "sum": {"stage": "toy.add", "inputs": {"points": "count"}},
        "page": {"stage": "toy.page", "inputs": {"sections": ["count", "sum"]}}}}
        """

    @Test func `a second run executes nothing and leaves everything as it was`() throws {
        let workspace = try Workspace(Self.chain)
        let first = try workspace.run()
        #expect(first.state == .finished)
        #expect(first.exitCode == 0)
        #expect(first.executed == ["count", "sum", "page"])
        let link = workspace.runFolder + "/outputs/sum/sum.txt"
        let before = try FileSystem.status(of: link, followingLinks: false)
        let second = try workspace.run()
        #expect(second.executed == [])
        #expect(second.reused == ["count", "sum", "page"])
        #expect(try FileSystem.status(of: link, followingLinks: false) == before)
        #expect(try workspace.read("runs/p/outputs/sum/sum.txt") == "1.0\n2.0\n3.0\n")
    }

    @Test func `a change runs only what it touches, and going back runs nothing`() throws {
        let workspace = try Workspace(Self.chain)
        _ = try workspace.run()
        let changed = try workspace.run("stages.sum.parameters.amount=5")
        #expect(changed.executed == ["sum", "page"])
        #expect(changed.reused == ["count"])
        // Going back finds what was there.
        #expect(try workspace.run().executed == [])
    }

    @Test func `a stage that reproduces its bytes does not wake its followers`() throws {
        let workspace = try Workspace(
            """
            {"stages": {"count": {"stage": "toy.count"},
            "sum": {"stage": "toy.add", "inputs": {"points": "count"}},
            "twice": {"stage": "toy.add", "inputs": {"points": "sum"}}}}
            """)
        _ = try workspace.run()
        let rerun = try workspace.run("stages.count.parameters.first_number=0.75")
        #expect(rerun.executed == ["count", "sum"])
        #expect(rerun.reused == ["twice"])
    }

    @Test func `forcing runs a stage again and its followers only when it makes other bytes`() throws {
        let workspace = try Workspace(Self.chain)
        _ = try workspace.run()
        let forced = try workspace.run(forcing: "count")
        #expect(forced.executed == ["count"])
        #expect(forced.reused == ["sum", "page"])
    }

    @Test func `the plan says what a run would do and why`() throws {
        let workspace = try Workspace(Self.chain)
        _ = try workspace.run()
        let plan = try workspace.plan("stages.sum.parameters.amount=2")
        let explained = try PlanExplanation(plan, in: workspace.store(), runFolder: workspace.runFolder)
        let states = try plan.stages.indices.map { try explained.explanation(of: $0) }
        #expect(states.map(\.state.name) == ["finished", "will run", "will run"])
        #expect(states.map(\.shortText) == ["", "amount 1 → 2", "upstream sum runs"])
        #expect(plan.stages.map(\.title)[1] == "stages.sum ('toy.add')")
    }

    @Test func `outputs are linked, stale ones removed, and the one report too`() throws {
        let workspace = try Workspace(Self.chain)
        _ = try workspace.run()
        #expect(
            try FileSystem.list(workspace.runFolder) == ["events.jsonl", "logs", "outputs", "report.html", "run.json"])
        #expect(
            try FileSystem.list(workspace.runFolder + "/outputs/count") == ["numbers.txt", "summary", "summary.json"])
        #expect(try workspace.read("runs/p/outputs/count/summary/plot.png") == "picture")
        let target = try #require(try FileSystem.target(ofLink: workspace.runFolder + "/outputs/count/numbers.txt"))
        #expect(target.hasPrefix("../../../../store/objects/"))
        #expect(try workspace.read("runs/p/report.html").hasPrefix("count: {"))

        try workspace.write("p.json", #"{"stages": {"count": {"stage": "toy.count"}}}"#)
        // Not made by a run.
        try FileSystem.write("mine", to: workspace.runFolder + "/outputs/count/stale.txt")
        _ = try workspace.run()
        #expect(try FileSystem.list(workspace.runFolder + "/outputs") == ["count"])
        #expect(
            try FileSystem.list(workspace.runFolder + "/outputs/count") == [
                "numbers.txt", "stale.txt", "summary", "summary.json",
            ])
        #expect(!FileSystem.exists(workspace.runFolder + "/report.html"))
    }

    @Test func `the run record has what was asked for, what happened and what came out`() throws {
        let workspace = try Workspace(Self.chain)
        _ = try workspace.run("stages.count.parameters.count=1")
        let record = try workspace.json("runs/p/run.json")
        #expect(record["format"] == "convscope-run 1")
        #expect(record["name"] == "p")
        #expect(record["state"] == "finished")
        #expect(record["threads"] == 2)
        #expect(record["command_line"] == ["convscope", "run", "p.json"])
        #expect(record["convscope_version"] == .string(convscopeVersion))
        #expect(record["file"] == .string(workspace.path + "/p.json"))
        #expect(record["host"]?.string?.isEmpty == false)
        let times = try [#require(record["started"]?.string), #require(record["ended"]?.string)]
        #expect(times.allSatisfy { $0.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil })
        #expect(record["pipeline"]?["stages"]?["count"]?["parameters"] == ["count": 1])

        let count = try #require(record["stages"]?["count"])
        #expect(count["state"] == "finished")
        #expect(count["stage"] == "toy.count")
        #expect(count["reason"] == "no result is stored")
        #expect(count["metrics"] == ["sum": 0.5])
        #expect(count["warnings"] == ["only one number"])
        #expect(try #require(count["peak_memory"]?.int) > 1_000_000)
        let text = "0.5\n"
        #expect(
            count["outputs"]?["numbers"]?["files"] == [
                [
                    "path": "outputs/count/numbers.txt", "size": 4, "sha256": .string(Digest(of: text).hex),
                ]
            ])
        // Reused stages keep what was noted when they were made.
        _ = try workspace.run("stages.count.parameters.count=1")
        let again = try workspace.json("runs/p/run.json")
        #expect(again["stages"]?["count"]?["state"] == "reused")
        #expect(again["stages"]?["count"]?["metrics"] == ["sum": 0.5])
        #expect(again["stages"]?["count"]?["key"] == count["key"])
        #expect(again["stages"]?["count"]?["outputs"] == count["outputs"])
    }

    @Test func `events are one JSON object per line, in order`() throws {
        let workspace = try Workspace(Self.chain)
        _ = try workspace.run("stages.count.parameters.count=1")
        let lines = try workspace.read("runs/p/events.jsonl").split(separator: "\n")
        let events = try lines.map { try JSONDocument(parsing: String($0)).root }
        #expect(events.allSatisfy { $0["time"]?.string != nil })
        #expect(
            events.compactMap { $0["event"]?.string } == [
                "run-started", "stage-started", "progress", "metric", "log", "warning", "stage-finished",
                "stage-started",
                "stage-finished", "stage-started", "stage-finished", "run-ended",
            ])
        var started = try #require(events[1].object)
        started["time"] = nil
        started["run"] = nil
        started["key"] = nil
        #expect(
            JSONValue.object(started) == [
                "event": "stage-started", "stage": "count", "kind": "toy.count", "position": 1, "total": 3,
                "reason": "no result is stored",
            ])
        #expect(workspace.events.events.count == events.count)
        let log = try workspace.read("runs/p/logs/count.log")
        #expect(log.contains("Z counted 1\n"))
        #expect(log.contains("Z warning: only one number\n"))
    }

    @Test func `events of all runs stay, each line with its run, and half a line stands alone`() throws {
        let workspace = try Workspace(Self.chain)
        _ = try workspace.run()
        let first = try workspace.read("runs/p/events.jsonl")
        // As a kill leaves it.
        try workspace.write("runs/p/events.jsonl", first + #"{"time": "2026"#)
        _ = try workspace.run()
        let text = try workspace.read("runs/p/events.jsonl")
        #expect(text.hasPrefix(first + #"{"time": "2026"# + "\n"))
        let events = text.split(separator: "\n").compactMap { try? JSONDocument(parsing: String($0)).root }
        let starts = events.filter { $0["event"] == "run-started" }
        #expect(starts.map { $0["convscope_version"] } == [.string(convscopeVersion), .string(convscopeVersion)])
        #expect(Set(starts.map { $0["run"] }).count == 2)
        #expect(Set(events.map { $0["run"] }) == Set(starts.map { $0["run"] }))
        #expect(events.last?["run"] == (try workspace.json("runs/p/run.json"))["run"])
        #expect(
            events.suffix(5).map { $0["event"]?.string } == [
                "run-started", "stage-reused", "stage-reused", "stage-reused", "run-ended",
            ])
    }

    @Test func `a large file of events is put aside, and the one before it goes`() throws {
        let workspace = try Workspace(Self.chain)
        _ = try workspace.run()
        let events = workspace.runFolder + "/events.jsonl"
        for letter in ["a", "b"] {
            try FileSystem.write(String(repeating: letter, count: 16 << 20) + "\n", to: events)
            _ = try workspace.run()
            #expect(try FileSystem.status(of: events)!.size < 10_000)
            let earlier = try workspace.read("runs/p/events-earlier.jsonl")
            #expect(earlier.utf8.count == 1 + (16 << 20) && earlier.hasPrefix(letter))
        }
    }

    @Test func `the record says what keys were made from, and keeps the last result of what fails`() throws {
        let workspace = try Workspace(
            """
            {"stages": {"count": {"stage": "toy.count"},
            "bad": {"stage": "toy.trouble", "inputs": {"points": "count"}, "parameters": {"cure": "cure"}}}}
            """)
        _ = try workspace.run()
        let good = try #require(workspace.json("runs/p/run.json")["stages"]?["bad"])
        #expect(good["manifest"]?["stage"] == "toy.trouble")
        #expect(good["last"] == nil)
        for _ in 0..<2 {
            #expect(try workspace.run("stages.bad.parameters.trouble=failure").state == .failed)
            let bad = try #require(workspace.json("runs/p/run.json")["stages"]?["bad"])
            #expect(bad["manifest"]?["parameters"]?["trouble"] == "failure")
            #expect(bad["last"]?["key"] == good["key"])
            #expect(bad["last"]?["manifest"] == good["manifest"])
            #expect(bad["last"]?["outputs"] == good["outputs"])
        }
    }

    @Test func `outputs carry no time, no host and no path`() throws {
        let (left, right) = (try Workspace(Self.chain), try Workspace(Self.chain))
        _ = try left.run()
        _ = try right.run()
        let record = try (left.json("runs/p/run.json"), right.json("runs/p/run.json"))
        for stage in ["count", "sum", "page"] {
            #expect(record.0["stages"]?[stage]?["outputs"] == record.1["stages"]?[stage]?["outputs"])
        }
    }

    @Test func `a long chain is planned without recursion`() throws {
        let count = 20_000
        let stages = (1..<count).map { #""s\#($0)": {"stage": "toy.add", "inputs": {"points": "s\#($0 - 1)"}}"# }
        let workspace = try Workspace(
            "{\"stages\": {\(stages.reversed().joined(separator: ",\n")), \"s0\": {\"stage\": \"toy.count\"}}}")
        let plan = try workspace.plan()
        #expect(plan.stages.map(\.id) == (0..<count).map { "s\($0)" })
    }

    @Test func `a matrix makes one instance per combination, with its followers, and can be gathered`() throws {
        let workspace = try Workspace(
            """
            {"stages": {"count": {"stage": "toy.count", "matrix": {"count": [1, 2], "order": ["up", "down"]}},
            "sum": {"stage": "toy.add", "inputs": {"points": "count"}, "matrix": {"amount": [0, 1.5]}},
            "one": {"stage": "toy.add", "inputs": {"points": "count[order=up,count=2]"}},
            "half": {"stage": "toy.add", "inputs": {"points": "count[order=up]"}},
            "page": {"stage": "toy.page", "inputs": {"sections": "sum[*]"}}}}
            """)
        let plan = try workspace.plan()
        #expect(
            plan.stages.map(\.id) == [
                "count[count=1,order=up]", "count[count=1,order=down]", "count[count=2,order=up]",
                "count[count=2,order=down]",
                "sum[amount=0,count=1,order=up]", "sum[amount=0,count=1,order=down]",
                "sum[amount=0,count=2,order=up]", "sum[amount=0,count=2,order=down]",
                "sum[amount=1.5,count=1,order=up]", "sum[amount=1.5,count=1,order=down]",
                "sum[amount=1.5,count=2,order=up]", "sum[amount=1.5,count=2,order=down]",
                "one", "half[count=1]", "half[count=2]", "page",
            ])
        let result = try workspace.run()
        #expect(result.state == .finished)
        #expect(try workspace.read("runs/p/outputs/sum[amount=1.5,count=2,order=down]/sum.txt") == "3.0\n2.0\n")
        #expect(try workspace.read("runs/p/outputs/one/sum.txt") == "1.0\n2.0\n")
        #expect(try workspace.read("runs/p/outputs/half[count=1]/sum.txt") == "1.0\n")
        // One more value runs what is new and what gathers it. A single number is the same in either order.
        let more = try workspace.run("stages.sum.matrix.amount=[0, 1.5, 3]")
        #expect(
            more.executed == [
                "sum[amount=3,count=1,order=up]", "sum[amount=3,count=2,order=up]", "sum[amount=3,count=2,order=down]",
                "page",
            ])
    }
}
