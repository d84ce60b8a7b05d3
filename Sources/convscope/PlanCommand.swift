import ArgumentParser
import JSONValues
import Pipeline
import Storage

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Say what a run would do, and why.",
        discussion: "The same walk as a run, without running.")

    @OptionGroup var pipeline: PipelineOptions
    @OptionGroup var storing: StoreOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var running: RunsOptions
    @OptionGroup var digesting: DigestOptions

    @Flag(help: "Print the plan as JSON.")
    var json = false

    func run() throws {
        let plan = try pipeline.plan()
        let positions = try selection.positions(in: plan, runFolder: running.folder(of: plan))
        try PlanReport(plan, in: storing.open(), positions, rehashing: digesting.rehash).print(asJSON: json)
    }
}

/// A plan and what the store has of it, for people and programs.
struct PlanReport {
    private let plan: Plan
    private let states: [StageState]

    /// - Throws: ``PipelineMistakes`` also for what the checks of the stages find, where any of them is to run.
    init(_ plan: Plan, in store: Store, _ positions: StageSelection.Positions, rehashing: Bool) throws {
        self.plan = plan
        states = try plan.states(
            in: store, selected: positions.selected, forced: positions.forced, rehashing: rehashing)
        if states.contains(where: \.willRun) { try plan.check() }
    }

    func print(asJSON: Bool) {
        Swift.print(asJSON ? json.prettyText : text)
    }

    private var text: String {
        let rows = zip(plan.stages, states).map { planned, state in
            switch state {
            case .finished: ["finished", planned.id, planned.kind, ""]
            case .willRun(_, let reason): ["will run", planned.id, planned.kind, reason]
            case .blocked(let source): ["blocked", planned.id, planned.kind, "by \(plan.stages[source].id)"]
            case .notSelected: ["not selected", planned.id, planned.kind, ""]
            }
        }
        return Table.text(rows) + "\n" + counts
    }

    /// `3 finished, 1 to run, 1 blocked`
    private var counts: String {
        let blocked = states.count { if case .blocked = $0 { true } else { false } }
        let notSelected = states.count { if case .notSelected = $0 { true } else { false } }
        let rest = [(blocked, "blocked"), (notSelected, "not selected")].filter { $0.0 > 0 }
        return
            (["\(states.count(where: \.isFinished)) finished", "\(states.count(where: \.willRun)) to run"]
            + rest.map { "\($0.0) \($0.1)" }).joined(separator: ", ")
    }

    private var json: JSONValue {
        let stages = zip(plan.stages, states).map { planned, state -> JSONValue in
            var json: JSONValue = ["id": .string(planned.id), "stage": .string(planned.kind)]
            switch state {
            case .finished(let key):
                json["state"] = "finished"
                json["key"] = .string(key.hex)
            case .willRun(let key, let reason):
                json["state"] = "will run"
                json["key"] = key.map { .string($0.hex) } ?? .null
                json["reason"] = .string(reason)
            case .blocked(let source):
                json["state"] = "blocked"
                json["by"] = .string(plan.stages[source].id)
            case .notSelected: json["state"] = "not selected"
            }
            return json
        }
        return ["name": .string(plan.file.name), "stages": .array(stages)]
    }
}
