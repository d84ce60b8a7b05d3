import ArgumentParser
import JSONValues
import Pipeline
import Storage

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Say what a run would do, and why.",
        discussion: "The same walk as a run, without running. 'convscope explain' says more about why.")

    @OptionGroup var pipeline: PipelineOptions
    @OptionGroup var storing: StoreOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var running: RunsOptions
    @OptionGroup var digesting: DigestOptions

    @Flag(help: "Print the plan as JSON.")
    var json = false

    func run() throws {
        let plan = try pipeline.plan()
        let runFolder = running.folder(of: plan)
        let positions = try selection.positions(in: plan, runFolder: runFolder)
        try PlanReport(
            plan, in: storing.openIfThere(), positions, rehashing: digesting.rehash, runFolder: runFolder
        ).print(asJSON: json)
    }
}

/// A plan and what the store has of it, for people and programs.
struct PlanReport {
    private let plan: Plan
    private let stages: [StageExplanation]

    /// - Throws: ``PipelineMistakes`` also for what the checks of the stages find, where any of them is to run.
    init(
        _ plan: Plan, in store: Store?, _ positions: StageSelection.Positions, rehashing: Bool, runFolder: String
    ) throws {
        self.plan = plan
        let explained = try PlanExplanation(plan, in: store, positions, rehashing: rehashing, runFolder: runFolder)
        if explained.states.contains(where: \.willRun) { try plan.check() }
        stages = try plan.stages.indices.map(explained.explanation(of:))
    }

    func print(asJSON: Bool) {
        Swift.print(asJSON ? json.prettyText : text)
    }

    private var text: String {
        Table.text(stages.map { [$0.state.name, $0.id, $0.kind, $0.shortText] }) + "\n" + counts
    }

    /// `3 finished, 1 to run, 1 blocked`
    private var counts: String {
        let counts = Dictionary(grouping: stages) { $0.state.name }.mapValues(\.count)
        let rest = ["blocked", "not selected"].compactMap { name in counts[name].map { "\($0) \(name)" } }
        return (["\(counts["finished", default: 0]) finished", "\(counts["will run", default: 0]) to run"] + rest)
            .joined(separator: ", ")
    }

    private var json: JSONValue {
        ["name": .string(plan.file.name), "stages": .array(stages.map(\.json))]
    }
}
