import ArgumentParser
// `stdout` is a variable to Swift, which only this thread uses.
@preconcurrency import Glibc
import Pipeline
import Storage

/// The program: arguments to calls.
@main
struct Convscope: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convscope",
        abstract: "Looks inside convolutional networks, in batches: runs JSON files that chain stages.",
        discussion: """
            Exit codes: 0 done, 1 a stage failed, 2 wrong command line, 65 the pipeline file or data is wrong, 75 stopped \
            early and worth resubmitting, 130 interrupted.
            """,
        version: convscopeVersion,
        subcommands: [
            RunCommand.self, PlanCommand.self, ExplainCommand.self, CheckCommand.self, StagesCommand.self,
            SchemaCommand.self, ModelsCommand.self, LayersCommand.self, InspectCommand.self,
            ConvertCommand.self, DiffCommand.self, StatusCommand.self, CacheCommand.self,
        ])

    static func main() {
        // Before anything else: a batch system may send its signals at once. A dry run has nothing to end in good order.
        let arguments = CommandLine.arguments
        if arguments.dropFirst().first == RunCommand.configuration.commandName, !arguments.contains("--dry-run") {
            Cancellation.catchSignals()
        }
        do {
            try CommandNames.check(Array(CommandLine.arguments.dropFirst()))
            var command = try parseAsRoot()
            guard Paths.workingFolderExists else {
                throw CommandFailure(
                    "the working folder has been removed\n  fix: go to a folder that is there",
                    code: ExitStatus.wrongInput)
            }
            try command.run()
            try finishOutput()
        } catch {
            end(with: error)
        }
    }

    /// Writes what is still waiting to standard output.
    ///
    /// - Throws: where results were lost, as on a full disk. That nobody reads them is no error.
    private static func finishOutput() throws {
        let code = fflush(stdout) != 0 ? errno : ferror(stdout) != 0 ? EIO : 0
        if code == 0 || code == EPIPE { return }
        throw CommandFailure(
            "cannot write standard output: \(String(cString: strerror(code)))\n"
                + "  fix: make room, or send the output elsewhere; then run again", code: ExitStatus.stageFailed)
    }

    /// Prints an error where it belongs and ends with the exit code that it means.
    private static func end(with error: any Error) -> Never {
        let failure = CommandFailure(error)
        if failure.code == ExitStatus.done {
            print(failure.message)
        } else if !failure.message.isEmpty {
            Terminal.writeError(failure.message)
        }
        Glibc.exit(failure.code)
    }
}
