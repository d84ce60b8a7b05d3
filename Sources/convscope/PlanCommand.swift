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
    @OptionGroup var forcing: ForceOptions

    @Flag(help: "Print the plan as JSON.")
    var json = false

    func run() throws {
        let plan = try pipeline.plan()
        try PlanReport(plan, in: storing.open(), forced: forcing.positions(in: plan)).print(asJSON: json)
    }
}

/// A plan and what the store has of it, for people and programs.
struct PlanReport {
    private let plan: Plan
    private let states: [StageState]

    /// - Throws: ``PipelineMistakes`` also for what the checks of the stages find, where any of them is to run.
    init(_ plan: Plan, in store: Store, forced: Set<Int>) throws {
        self.plan = plan
        states = try plan.states(in: store, forced: forced)
        if !states.allSatisfy(\.isFinished) { try plan.check() }
    }

    func print(asJSON: Bool) {
        Swift.print(asJSON ? json.prettyText : text)
    }

    private var text: String {
        let rows = zip(plan.stages, states).map { planned, state in
            switch state {
            case .finished: ["finished", planned.id, planned.kind, ""]
            case .willRun(_, let reason): ["will run", planned.id, planned.kind, reason]
            }
        }
        let finished = states.count(where: \.isFinished)
        return Table.text(rows) + "\n\(finished) finished, \(states.count - finished) to run"
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
            }
            return json
        }
        return ["name": .string(plan.file.name), "stages": .array(stages)]
    }
}
