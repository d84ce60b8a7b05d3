import JSONValues
import Pipeline
import Storage
import Testing

@Suite struct SelectionTests {
    /// A diamond with a sweep on one side and a stage beside it.
    private static let pipeline = """
        {"stages": {"count": {"stage": "toy.count"},
        "left": {"stage": "toy.add", "inputs": {"points": "count"}, "matrix": {"amount": [1, 2, 10]}},
        "right": {"stage": "toy.add", "inputs": {"points": "count"}, "parameters": {"amount": 3}},
        "page": {"stage": "toy.page", "inputs": {"sections": ["left[*]", "right"]}},
        "alone": {"stage": "toy.count", "parameters": {"count": 2}}}}
        """

    private let workspace: Workspace
    private let plan: Plan

    init() throws {
        workspace = try Workspace(Self.pipeline)
        plan = try workspace.plan()
    }

    /// The stages that a selection lets run, in order.
    private func names(_ change: (inout StageSelection) -> Void) throws -> [String] {
        var selection = StageSelection()
        change(&selection)
        return try selection.positions(in: plan).selected.sorted().map { plan.stages[$0].id }
    }

    private func mistake(_ change: (inout StageSelection) -> Void) -> String {
        do { return try names(change).joined(separator: " ") } catch { return "\(error)" }
    }

    @Test func `names are stages, instances and patterns; brackets mean themselves`() throws {
        #expect(try names { $0.only = ["left"] } == ["left[amount=1]", "left[amount=2]", "left[amount=10]"])
        #expect(try names { $0.only = ["left[amount=1]"] } == ["left[amount=1]"])
        #expect(try names { $0.only = ["left[amount=1*]"] } == ["left[amount=1]", "left[amount=10]"])
        #expect(try names { $0.only = ["left[amount=?]"] } == ["left[amount=1]", "left[amount=2]"])
        #expect(try names { $0.only = ["*t", "alone"] }.count == 6)
        #expect(try names { $0.only = ["?????"] } == ["count", "right", "alone"])
        #expect(try names { $0.only = ["*[*]"] }.count == 3)
        #expect(try names { _ in } == plan.stages.map(\.id))
    }

    @Test func `from goes down, until goes up; one kind unites, kinds intersect`() throws {
        #expect(try names { $0.from = ["right"] } == ["right", "page"])
        #expect(try names { $0.until = ["right"] } == ["count", "right"])
        #expect(try names { $0.until = ["right", "alone"] } == ["count", "right", "alone"])
        #expect(try names { ($0.from, $0.until) = (["count"], ["right"]) } == ["count", "right"])
        #expect(try names { ($0.from, $0.only) = (["count"], ["*e*"]) }.contains("alone") == false)
    }

    @Test func `names that select nothing are mistakes, with the nearest name`() {
        #expect(
            mistake { $0.only = ["rihgt"] } == """
                --only rihgt: the pipeline has no stage 'rihgt'; did you mean 'right'?
                  fix: choose from count, left, right, page, alone
                """)
        #expect(
            mistake { $0.until = ["left[amount=3]"] } == """
                --until left[amount=3]: the pipeline has no stage 'left[amount=3]'; did you mean 'left[amount=1]'?
                  fix: choose from left[amount=1], left[amount=2], left[amount=10]
                """)
        #expect(
            mistake { $0.from = ["right[*]"] } == """
                --from right[*]: no stage of the pipeline fits it
                  fix: write right: it has no instances
                """)
        #expect(
            mistake { $0.only = ["zz*"] } == """
                --only zz*: no stage of the pipeline fits it
                  fix: choose from count, left, right, page, alone
                """)
        #expect(
            mistake { ($0.from, $0.until) = (["page"], ["count"]) } == """
                --from page --until count select nothing together
                  fix: leave one of them out: a stage runs when all of them select it
                """)
        #expect(
            mistake { ($0.only, $0.forced) = (["right"], ["page"]) } == """
                --force page: it is outside of what --only right selects
                  fix: force what is selected, or select 'page' as well
                """)
    }

    @Test func `what is forced is what is selected of it`() throws {
        var selection = StageSelection()
        selection.only = ["left[amount=1*]"]
        selection.forced = ["left"]
        let positions = try selection.positions(in: plan)
        #expect(positions.forced == positions.selected)
    }

    @Test func `nothing outside the selection runs, and what is finished is reused`() throws {
        func states(_ change: (inout StageSelection) -> Void) throws -> [String] {
            var selection = StageSelection()
            change(&selection)
            let positions = try selection.positions(in: plan)
            let explained = try PlanExplanation(
                plan, in: workspace.store(), positions, runFolder: workspace.runFolder)
            return try plan.stages.indices.map { position in
                let explanation = try explained.explanation(of: position)
                return explanation.state.name + (explanation.blockedBy.map { " by \($0)" } ?? "")
            }
        }
        let none = "not selected"
        #expect(try states { $0.only = ["right"] } == [none, none, none, none, "blocked by count", none, none])
        #expect(
            try states { $0.only = ["page", "alone"] } == [
                none, none, none, none, none, "blocked by left[amount=1]", "will run",
            ])
        #expect(try states { $0.until = ["right"] } == ["will run", none, none, none, "will run", none, none])

        #expect(try workspace.run(until: "right").executed == ["count", "right"])
        #expect(
            try states { $0.only = ["left[amount=2]"] } == ["finished", none, "will run", none, "finished", none, none])
        let only = try workspace.run(only: "left[amount=2]")
        #expect(only.state == .finished)
        #expect(only.executed == ["left[amount=2]"])
        #expect(only.reused == ["count", "right"])
    }

    @Test func `a run of what is blocked says what makes it, and leaves no folder`() throws {
        let error = #expect(throws: SelectionError.self) { _ = try workspace.run(only: "right") }
        #expect(
            workspace.without(path: error?.description ?? "") == """
                p.json: 'right' cannot run: 'count', which it needs, has no result and is not selected
                  fix: select 'count' too: --until right does
                """)
        #expect(error?.isBlocked == true)
        #expect(!FileSystem.exists(workspace.runFolder))
    }

    @Test func `failed selects what failed or was interrupted in the last run`() throws {
        try workspace.write(
            "p.json",
            """
            {"stages": {"good": {"stage": "toy.count"},
            "bad": {"stage": "toy.trouble", "parameters": {"trouble": "failure", "cure": "cure"}},
            "never": {"stage": "toy.count", "parameters": {"count": 7}},
            "after": {"stage": "toy.add", "inputs": {"points": "bad"}}}}
            """)
        _ = try workspace.run(only: "good")
        #expect(try workspace.run().exitCode == 1)
        try workspace.write("cure", "")
        let again = try workspace.run(failedOnly: true)
        #expect(again.executed == ["bad"])
        #expect(again.reused == ["good"])
        // Nothing failed: nothing to do.
        #expect(try workspace.run(failedOnly: true).executed == [])
        #expect(try Set(workspace.run().executed) == ["never", "after"])
    }

    @Test func `words for shells`() {
        #expect(quoted("map") == "map")
        #expect(quoted("map[seed=0]") == "'map[seed=0]'")
        #expect(quoted("it's") == #"'it'\''s'"#)
        #expect(quoted("") == "''")
    }
}
