import ArgumentParser
import JSONValues
import Pipeline
import Stages
import Storage

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run what is not finished.",
        discussion: """
            Results stay in the store; a stage runs only when its parameters, its files or the content of its inputs \
            have changed. The run folder has links to all outputs, a record, events and logs.

            Tab completion: 'convscope --generate-completion-script bash' (or zsh, fish) prints a script for the shell; \
            the README says where to put it.
            """)

    @OptionGroup var pipeline: PipelineOptions
    @OptionGroup var storing: StoreOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var running: RunsOptions
    @OptionGroup var digesting: DigestOptions

    @Option(help: "How many stages may run side by side. Never changes results.")
    var jobs = 1

    @Option(
        help: """
            How many cores all stages may use together (default: all processors). A stage has its resources.threads, else \
            an equal share. Never changes results.
            """)
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            """
            How much memory all stages may need together, by their resources.memory, as 16GB (default: what is \
            available).
            """, valueName: "amount"))
    var memory: String?

    @Flag(help: "Say what would run, and do nothing.")
    var dryRun = false

    @Flag(help: "After a failure, go on with the stages that do not depend on it.")
    var keepGoing = false

    @Flag(help: "Print the result as JSON.")
    var json = false

    func validate() throws {
        if let threads, !(1...4096).contains(threads) {
            throw ValidationError("--threads \(threads) is outside 1...4096\n  fix: choose a number in that range")
        }
        if !(1...4096).contains(jobs) {
            throw ValidationError("--jobs \(jobs) is outside 1...4096\n  fix: choose a number in that range")
        }
        if let memory, Resources.bytes(memory) == nil {
            let hint = Resources.whatIsWrong(withAmount: memory)
            throw ValidationError(
                "--memory: expected an amount of memory, found '\(memory)'\(hint)\n  fix: write 16GB or 500MB")
        }
    }

    func run() throws {
        let plan = try pipeline.plan()
        let positions = try selection.positions(in: plan, runFolder: running.folder(of: plan))
        if dryRun {
            return try PlanReport(
                plan, in: storing.openIfThere(), positions, rehashing: digesting.rehash,
                runFolder: running.folder(of: plan)
            ).print(asJSON: json)
        }
        var options = RunOptions()
        options.runsFolder = running.runs
        options.jobs = jobs
        if let threads { options.threads = threads }
        if let memory = memory.flatMap(Resources.bytes) { options.memory = memory }
        options.selected = positions.selected
        options.forced = positions.forced
        options.rehashes = digesting.rehash
        options.keepsGoing = keepGoing
        options.checkpointInterval = try checkpointInterval()
        options.endsProcess = true
        options.commandLine = CommandLine.arguments
        options.digester = ContentDigester(StageEnvironment.digesters)
        options.isBadInput = StageEnvironment.isBadInput
        options.progress = Terminal.progress
        let store = try storing.open()
        let result: RunResult
        do {
            result = try Runner.run(plan, in: store, options: options)
        } catch let error as FileSystemError where !error.isFull {
            let (place, option) =
                error.path.hasPrefix(store.path + "/") ? ("store", "--store") : ("run folder", "--runs")
            throw CommandFailure(place: place, cannotBe: "written", error, option: option)
        }
        report(result)
        if result.exitCode != ExitStatus.done { throw CommandFailure(closingWords(result), code: result.exitCode) }
    }

    /// What `CONVSCOPE_CHECKPOINT_SECONDS` says; `nil` where it says nothing.
    private func checkpointInterval() throws -> Double? {
        let name = "CONVSCOPE_CHECKPOINT_SECONDS"
        guard let text = Environment.variable(name) else { return nil }
        guard let seconds = Double(text), (0...).contains(seconds), seconds.isFinite else {
            throw CommandFailure(
                "\(name) is '\(text)', not a number of seconds\n  fix: set it to 0 or more, or leave it out",
                code: ExitStatus.wrongCommandLine)
        }
        return seconds
    }

    private func report(_ result: RunResult) {
        guard !json else { return print(result.json.prettyText) }
        let report = result.folder + "/report.html"
        print(Paths.readable(FileSystem.exists(report) ? report : result.folder))
    }

    private func closingWords(_ result: RunResult) -> String {
        let command = result.commandToGoOn ?? ""
        return switch result.state {
        case .interrupted:
            (result.failures + ["\(pipeline.file): interrupted\n  go on with: \(command)"]).joined(separator: "\n")
        default: (result.failures + ["  once that is mended, go on with: \(command)"]).joined(separator: "\n")
        }
    }
}

extension Paths {
    /// Relative to the working folder where that is shorter.
    static func readable(_ path: String) -> String {
        let relative = relative(path, from: workingFolder)
        return relative.hasPrefix("..") ? path : relative
    }
}
