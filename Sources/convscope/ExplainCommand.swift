import ArgumentParser
import JSONValues
import Pipeline

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say what changed since a stage's last result.",
        discussion: """
            Compares what the key of the stage is made from (version, parameters, files, inputs) with that of its last \
            result, and goes on upstream to where the change comes from.
            """)

    @OptionGroup var pipeline: PipelineOptions

    @Argument(
        help: "A stage, an instance, or a pattern as 'map[seed=0,*]'; all that will run where it is left out.",
        completion: .stagesOfFile)
    var stage: String?

    @OptionGroup var storing: StoreOptions
    @OptionGroup var running: RunsOptions
    @OptionGroup var digesting: DigestOptions

    @Flag(help: "Print as JSON.")
    var json = false

    func run() throws {
        let plan = try pipeline.plan()
        let named = try stage.map { try plan.positions(named: $0, asker: "explain") }
        let explained = try PlanExplanation(
            plan, in: storing.openIfThere(), rehashing: digesting.rehash, runFolder: running.folder(of: plan),
            alwaysReadsRecord: named != nil)
        let asked = named ?? plan.stages.indices.filter { explained.states[$0].willRun }
        let stages = try explained.causes(of: asked).map(explained.explanation(of:))
        if json { return print(JSONValue.array(stages.map(\.json)).prettyText) }
        print(stages.isEmpty ? "everything is finished" : stages.map(\.text).joined(separator: "\n").visible())
    }
}
