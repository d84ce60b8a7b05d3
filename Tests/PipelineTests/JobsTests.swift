import JSONValues
import Pipeline
import Storage
import Synchronization
import Testing

/// Stages side by side, on real threads.
@Suite(.serialized) struct JobsTests {
    /// Eight stages, four of which could run at once, and one that takes from all.
    private static let fan = """
        {"stages": {
        "meet": {"stage": "toy.meet", "matrix": {"id": [1, 2, 3, 4, 5, 6, 7, 8]}},
        "page": {"stage": "toy.page", "inputs": {"sections": "meet[*]"}}}}
        """

    private func workspace(_ pipeline: String) throws -> Workspace {
        let workspace = try Workspace(pipeline)
        workspace.stages = toyStages + [MeetStage.self, TakeStage.self]
        MeetStage.meeting.withLock { $0 = MeetStage.Meeting() }
        return workspace
    }

    @Test(arguments: [1, 2, 4]) func `no more stages run at once than jobs, and all that may`(jobs: Int) throws {
        let workspace = try workspace(Self.fan)
        let result = try workspace.run(options: {
            $0.jobs = jobs
            $0.threads = 8
        })
        #expect(result.state == .finished)
        #expect(result.executed.count == 9)
        #expect(result.executed.last == "page")
        let meeting = MeetStage.meeting.withLock { $0 }
        #expect(meeting.most == jobs)
        // An equal share of the cores each.
        #expect(meeting.threads == [8 / jobs])
    }

    @Test func `cores and memory that stages ask for are not given twice`() throws {
        for (resources, expected) in [
            (#"{"threads": 4}"#, 2), (#"{"memory": "3GB"}"#, 3), (#"{"threads": 20}"#, 1), (#"{"memory": "50GB"}"#, 1),
        ] {
            let workspace = try workspace(
                """
                {"stages": {"meet": {"stage": "toy.meet", "matrix": {"id": [1, 2, 3, 4]}, "resources": \(resources)}}}
                """)
            _ = try workspace.run(options: {
                $0.jobs = 4
                $0.threads = 8
                $0.memory = 10_000_000_000
            })
            #expect(MeetStage.meeting.withLock { $0.most } == expected, "\(resources)")
            let warnings = workspace.events.events.count {
                $0
                    == .warning(
                        stage: $0.stage ?? "",
                        message: "it asks for more memory than there is for this run, and runs alone")
            }
            #expect(warnings == (resources.contains("50GB") ? 4 : 0))
        }
    }

    @Test func `results are the same for any jobs and threads`() throws {
        let digests = try [(1, 1), (2, 2), (4, 8), (9, 3)].map { jobs, threads in
            let workspace = try workspace(
                """
                {"stages": {"count": {"stage": "toy.count"},
                "z": {"stage": "toy.meet", "matrix": {"id": [1, 2, 3]}},
                "sum": {"stage": "toy.add", "inputs": {"points": "count"}},
                "page": {"stage": "toy.page", "inputs": {"sections": ["sum", "z[*]"]}}}}
                """)
            _ = try workspace.run(options: {
                $0.jobs = jobs
                $0.threads = threads
            })
            let stages = try #require(workspace.json("runs/p/run.json")["stages"]?.object)
            #expect(stages.keys == ["count", "z[id=1]", "z[id=2]", "z[id=3]", "sum", "page"])
            return stages.values.map { $0["outputs"] }
        }
        #expect(Set(digests).count == 1)
    }

    @Test func `the longest way to the end starts first, by the times of the run before`() throws {
        let workspace = try workspace(
            """
            {"stages": {"a": {"stage": "toy.count"}, "b": {"stage": "toy.count", "parameters": {"count": 4}},
            "c": {"stage": "toy.meet", "parameters": {"id": 9}},
            "b2": {"stage": "toy.add", "inputs": {"points": "b"}},
            "b3": {"stage": "toy.add", "inputs": {"points": "b2"}, "parameters": {"amount": 2}}}}
            """)
        #expect(try workspace.run().executed == ["b", "b2", "a", "c", "b3"])
        // Waiting for others takes 'c' longer than the rest together.
        let again = try workspace.run(
            "stages.a.parameters.first_number=7", "stages.b.parameters.first_number=7", "stages.c.parameters.id=8")
        #expect(again.executed.first == "c")
    }

    @Test func `a failure lets running stages finish and starts no others`() throws {
        let workspace = try workspace(
            """
            {"stages": {"bad": {"stage": "toy.trouble", "parameters": {"trouble": "failure"}},
            "meet": {"stage": "toy.meet", "matrix": {"id": [1, 2, 3]}}}}
            """)
        let result = try workspace.run(options: {
            $0.jobs = 2
            $0.threads = 2
        })
        #expect(result.state == .failed)
        #expect(result.executed == ["meet[id=1]"])
    }

    @Test func `all failures of a run that keeps going are told`() throws {
        let workspace = try workspace(
            """
            {"stages": {"bad": {"stage": "toy.trouble", "matrix": {"trouble": ["failure", "badInput", "none"]}},
            "after": {"stage": "toy.add", "inputs": {"points": "bad"}}}}
            """)
        let result = try workspace.run(keepsGoing: true, options: { $0.jobs = 3 })
        #expect(result.failures.count == 2)
        #expect(result.exitCode == 1)
        #expect(result.blocked == ["after[trouble=failure]", "after[trouble=badInput]"])
        #expect(result.executed == ["bad[trouble=none]", "after[trouble=none]"])
    }

    @Test func `an interruption reaches all stages that run`() throws {
        let workspace = try workspace(
            """
            {"stages": {"meet": {"stage": "toy.meet", "matrix": {"id": [1, 2]}},
            "stop": {"stage": "toy.trouble", "parameters": {"trouble": "interrupt"}}}}
            """)
        let result = try workspace.run(options: {
            $0.jobs = 3
            $0.threads = 3
        })
        #expect(result.exitCode == 130)
        let record = try workspace.json("runs/p/run.json")
        let states = try #require(record["stages"]?.object).values.map { $0["state"]?.string }
        #expect(states == ["interrupted", "interrupted", "interrupted"])
        #expect(try FileSystem.list(workspace.path + "/store/temporary") == [])
        #expect(try FileSystem.list(workspace.path + "/store/leases") == [])
    }

    @Test func `what stages share is opened once, and let go when none will take it`() throws {
        let workspace = try workspace(
            """
            {"stages": {"count": {"stage": "toy.count"},
            "take": {"stage": "toy.take", "inputs": {"points": "count"}, "matrix": {"id": [1, 2, 3, 4, 5]}},
            "page": {"stage": "toy.page", "inputs": {"sections": "take[*]"}}}}
            """)
        workspace.events.once { event in
            guard case .stageStarted("page", _, _, _, _, _) = event else { return false }
            SharedNumbers.livingAfterwards.store(SharedNumbers.living.load(ordering: .relaxed), ordering: .relaxed)
            return true
        }
        SharedNumbers.opened.store(0, ordering: .relaxed)
        let result = try workspace.run(options: {
            $0.jobs = 4
            $0.threads = 4
        })
        #expect(result.state == .finished)
        #expect(SharedNumbers.opened.load(ordering: .relaxed) == 1)
        // When 'page' starts, all who take it have ended.
        #expect(SharedNumbers.livingAfterwards.load(ordering: .relaxed) == 0)
    }

    @Test func `what is open is let go where those who would take it are blocked`() throws {
        let workspace = try workspace(
            """
            {"stages": {"bad": {"stage": "toy.trouble", "parameters": {"trouble": "failure"}},
            "count": {"stage": "toy.count"},
            "take": {"stage": "toy.take", "inputs": {"points": "count"}, "parameters": {"id": 7}},
            "blocked": {"stage": "toy.both", "inputs": {"points": "count", "others": "bad"}},
            "late": {"stage": "toy.meet", "inputs": {"points": "take"}}}}
            """)
        workspace.stages.append(BothStage.self)
        workspace.events.once { event in
            guard case .stageStarted("late", _, _, _, _, _) = event else { return false }
            SharedNumbers.livingAfterwards.store(SharedNumbers.living.load(ordering: .relaxed), ordering: .relaxed)
            return true
        }
        SharedNumbers.livingAfterwards.store(-1, ordering: .relaxed)
        let result = try workspace.run(keepsGoing: true)
        #expect(result.executed == ["count", "take", "late"])
        #expect(result.blocked == ["blocked"])
        #expect(SharedNumbers.livingAfterwards.load(ordering: .relaxed) == 0)
    }
}
