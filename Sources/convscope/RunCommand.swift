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

    @Option(help: "How many threads a stage may use (default: all processors). Never changes results.")
    var threads: Int?

    @Flag(help: "Say what would run, and do nothing.")
    var dryRun = false

    @Flag(help: "After a failure, go on with the stages that do not depend on it.")
    var keepGoing = false

    @Flag(help: "Print the result as JSON.")
    var json = false

    func validate() throws {
        if let threads, !(1...4096).contains(threads) {
            throw ValidationError("--threads \(threads) is outside 1...4096")
        }
    }

    func run() throws {
        // Planning may take long too, where large files are digested.
        if !dryRun { Cancellation.catchSignals() }
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
        if let threads { options.threads = threads }
        options.selected = positions.selected
        options.forced = positions.forced
        options.rehashes = digesting.rehash
        options.keepsGoing = keepGoing
        options.commandLine = CommandLine.arguments
        options.digester = ContentDigester(StageEnvironment.digesters)
        options.isBadInput = StageEnvironment.isBadInput
        options.progress = Terminal.progress
        let store = try storing.open()
        let result: RunResult
        do {
            result = try Runner.run(plan, in: store, options: options)
        } catch let error as FileSystemError where !error.isFull {
            throw CommandFailure(
                "the run folder cannot be written: \(error)\n  fix: make it writable, or choose another with --runs",
                code: ExitStatus.stageFailed)
        }
        report(result)
        if result.exitCode != ExitStatus.done { throw CommandFailure(closingWords(result), code: result.exitCode) }
    }

    private func report(_ result: RunResult) {
        guard !json else { return print(result.json.prettyText) }
        let report = result.folder + "/report.html"
        print(Paths.readable(FileSystem.exists(report) ? report : result.folder))
    }

    private func closingWords(_ result: RunResult) -> String {
        switch result.state {
        case .interrupted: "\(pipeline.file): interrupted\n  the same command goes on from here"
        default:
            (result.failures + ["  once that is mended, the same command goes on from here"]).joined(separator: "\n")
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
