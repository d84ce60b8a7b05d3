import ArgumentParser
import Glibc
import JSONValues
import Pipeline
import Storage

/// The real planner, runner and store with stages that cost nothing: what remains is the runner's own cost.
///
///     runner-benchmark make chain 1000 chain.json
///     runner-benchmark run chain.json --store store --runs runs
///
/// The crash and concurrency suites run it too, with `CONVSCOPE_FAULT` in its environment.
@main struct RunnerBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runner-benchmark", abstract: "Runs generated pipelines of stages that cost nothing.",
        subcommands: [Make.self, Run.self, ShowPlan.self, Check.self])

    static let registry = StageRegistry([WriteStage.self, JoinStage.self, WorkStage.self])

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let error as FileSystemError {
            print("\(error)\n  fix: \(error.fix)")
            Glibc.exit(ExitStatus.stageFailed)
        } catch {
            exit(withError: error)
        }
    }
}

struct Make: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Writes a pipeline file.")

    @Argument(help: "chain, fan-out, diamond, sweep or mixed.") var shape: PipelineShape
    @Argument(help: "How many stages; mixed has its own number.") var count: Int
    @Argument(help: "Where to write it.") var output: String
    @Option(help: "What the first stage writes; its case changes nothing.") var root = "root"
    @Option(help: "What the last stage adds.") var leaf = "leaf"

    func run() throws {
        let pipeline = shape.pipeline(count: count, root: root, leaf: leaf)
        try FileSystem.write(pipeline.prettyText + "\n", to: output)
    }
}

/// Where a pipeline file, its results and its runs are.
struct Places: ParsableArguments {
    @Argument(help: "The pipeline file.") var file: String
    @Option(help: "The folder of the store.") var store = "store"
    @Option(help: "The folder of run folders.") var runs = "runs"

    func plan() throws -> Plan {
        try Planner.plan(PipelineFile(reading: file), stages: RunnerBenchmark.registry).keptUntilExit()
    }
}

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Runs a pipeline; prints how many stages ran.")

    @OptionGroup var places: Places
    @Option(help: "Stages side by side.") var jobs = 1
    @Option(help: "Threads.") var threads = 2

    func run() throws {
        Cancellation.catchSignals()
        var options = RunOptions()
        options.runsFolder = places.runs
        options.threads = threads
        options.jobs = jobs
        options.endsProcess = true
        let result = try Runner.run(try places.plan(), in: Store(opening: places.store), options: options)
        for failure in result.failures { print(failure) }
        print(#"{"executed": \#(result.executed.count), "reused": \#(result.reused.count)}"#)
        if result.exitCode != 0 { Glibc.exit(result.exitCode) }
    }
}

struct ShowPlan: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "plan", abstract: "Says how many stages would run.")

    @OptionGroup var places: Places

    func run() throws {
        let plan = try places.plan()
        let explained = try PlanExplanation(
            plan, in: Store(opening: places.store), runFolder: places.runs + "/" + plan.file.name)
        let reasons = try plan.stages.indices.map { try explained.explanation(of: $0).shortText }
        let finished = reasons.count(where: \.isEmpty)
        print(#"{"finished": \#(finished), "waiting": \#(reasons.count - finished)}"#)
    }
}

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Reads a pipeline and finds all mistakes.")

    @OptionGroup var places: Places

    func run() throws {
        let plan = try places.plan()
        try plan.check()
        print(#"{"stages": \#(plan.stages.count)}"#)
    }
}
