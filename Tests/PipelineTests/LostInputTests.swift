import Pipeline
import Storage
import Testing

/// Results that vanish or are damaged while others take from them are made again, once, and nothing is made of halves.
@Suite struct LostInputTests {
    private static let sum = """
        {"stages": {"count": {"stage": "toy.count"},
        "sum": {"stage": "toy.add", "inputs": {"points": "count"}}}}
        """

    private static let diamond = """
        {"stages": {"count": {"stage": "toy.count"},
        "a": {"stage": "toy.add", "inputs": {"points": "count"}},
        "b": {"stage": "toy.add", "inputs": {"points": "count"}, "parameters": {"amount": 2}},
        "page": {"stage": "toy.page", "inputs": {"sections": ["count", "a", "b"]}}}}
        """

    private static func folder(of stage: String, in workspace: Workspace) throws -> String {
        let key = try #require(try workspace.keys()[stage])
        return workspace.path + "/store/objects/\(key.prefix(2))/\(key.dropFirst(2))"
    }

    /// Changes a bit of a file, which is as long as before: only reading shows it.
    private static func damage(_ file: String) throws {
        let sound = try FileSystem.read(file)
        try FileSystem.remove(file)
        try FileSystem.write([sound[0] ^ 1] + sound.dropFirst(), to: file)
    }

    @Test func `a result that vanishes before it is read is made again`() throws {
        let workspace = try Workspace(Self.sum)
        _ = try workspace.run()
        let key = try #require(try workspace.keys()["count"].flatMap(Digest.init(hex:)))
        let store = try workspace.store()
        workspace.events.once { event in
            guard case .stageStarted("sum", _, _, _, _, _) = event else { return false }
            return (try? store.setAside(key)) != nil
        }
        let result = try workspace.run("stages.sum.parameters.amount=2")
        #expect(result.state == .finished)
        #expect(result.executed == ["count", "sum"])
        #expect(try workspace.read("runs/p/outputs/sum/sum.txt") == "2.0\n3.0\n4.0\n")
    }

    @Test func `a result that somebody makes again while it is read is read again`() throws {
        let workspace = try Workspace(Self.sum)
        _ = try workspace.run()
        let numbers = try Self.folder(of: "count", in: workspace) + "/numbers.txt"
        workspace.events.once { event in
            guard case .stageStarted("sum", _, _, _, _, _) = event else { return false }
            guard let bytes = try? FileSystem.read(numbers) else { return false }
            return (try? FileSystem.replace(numbers, with: bytes)) != nil
        }
        let result = try workspace.run("stages.sum.parameters.amount=2")
        #expect(result.executed == ["sum"])
        let starts = workspace.events.events.count {
            if case .stageStarted("sum", _, _, _, _, _) = $0 { true } else { false }
        }
        // Once in the first run, twice in this one.
        #expect(starts == 3)
    }

    @Test func `a damaged input is made again before it is read, with a warning`() throws {
        let workspace = try Workspace(Self.sum)
        _ = try workspace.run()
        try Self.damage(Self.folder(of: "count", in: workspace) + "/numbers.txt")
        let result = try workspace.run("stages.sum.parameters.amount=2")
        #expect(result.executed == ["count", "sum"])
        #expect(try workspace.read("runs/p/outputs/sum/sum.txt") == "2.0\n3.0\n4.0\n")
        #expect(
            workspace.events.events.contains(
                .warning(
                    stage: "count",
                    message: "its stored result is damaged: the file 'numbers.txt' has other bytes than when it was "
                        + "made; it is made again")))
    }

    @Test(arguments: 1...8) func `two that notice the same damage have it made again once`(round: Int) throws {
        let workspace = try Workspace(Self.diamond)
        _ = try workspace.run()
        try Self.damage(Self.folder(of: "count", in: workspace) + "/numbers.txt")
        let result = try workspace.run(
            "stages.a.parameters.amount=3", "stages.b.parameters.amount=4", options: { $0.jobs = 2 })
        #expect(result.executed.sorted() == ["a", "b", "count", "page"])
        let warnings = workspace.events.events.count {
            if case .warning("count", _) = $0 { true } else { false }
        }
        #expect(warnings == 1)
        #expect(try workspace.read("runs/p/outputs/a/sum.txt") == "3.0\n4.0\n5.0\n")
        #expect(try workspace.read("runs/p/outputs/b/sum.txt") == "4.0\n5.0\n6.0\n")
        #expect(try workspace.run("stages.a.parameters.amount=3", "stages.b.parameters.amount=4").executed == [])
    }

    @Test func `any number of damaged inputs of one stage are made again`() throws {
        let workspace = try Workspace(
            """
            {"stages": {"count": {"stage": "toy.count", "matrix": {"count": [1, 2, 3, 4, 5, 6]}},
            "page": {"stage": "toy.page", "inputs": {"sections": "count[*]"}}}}
            """)
        _ = try workspace.run()
        for stage in try workspace.keys().keys where stage != "page" {
            try Self.damage(Self.folder(of: stage, in: workspace) + "/summary.json")
        }
        #expect(try workspace.run(forcing: "page").executed.count == 7)
    }

    /// What happens to a summary after the run has found it, and when.
    enum Loss: CaseIterable {
        case damagedAtStart, goneAtStart, goneWhileRead
    }

    @Test(arguments: Loss.allCases) func `no page is made without a summary that it should have`(loss: Loss) throws {
        let workspace = try Workspace(Self.diamond)
        _ = try workspace.run()
        let page = try workspace.read("runs/p/report.html")
        let summary = try Self.folder(of: "a", in: workspace) + "/summary.json"
        workspace.events.once { event in
            switch (loss, event) {
            case (.damagedAtStart, .runStarted): return (try? Self.damage(summary)) != nil
            case (.goneAtStart, .runStarted), (.goneWhileRead, .stageStarted("page", _, _, _, _, _)):
                return (try? FileSystem.remove(summary)) != nil
            default: return false
            }
        }
        let result = try workspace.run(forcing: "page")
        #expect(result.executed == ["a", "page"])
        #expect(try workspace.read("runs/p/report.html") == page)
    }
}
