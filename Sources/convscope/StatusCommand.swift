import ArgumentParser
import JSONValues
import Pipeline

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Say how the last run stands, stage by stage.")

    @Argument(
        help: ArgumentHelp("A run folder, its run.json, or the name of a run (default: the newest).", valueName: "run"),
        completion: .directory)
    var name: String?

    @OptionGroup var running: RunsOptions

    @Flag(help: "Print as JSON.")
    var json = false

    func run() throws {
        let status = try RunStatus(name.map { try running.run(named: $0) } ?? running.newestRun())
        print(json ? status.json.prettyText : text(status))
    }

    private func text(_ status: RunStatus) -> String {
        let rows = status.run.stages.map { stage in
            [
                status.state(of: stage), stage.id, stage.kind ?? "", stage.seconds.map(durationInWords) ?? "",
                // Why a stage ran is of no interest once it has a result.
                stage.error.map { $0.replacing("\n  fix:", with: "; fix:") }
                    ?? (stage.hasResult ? "" : stage.reason ?? ""),
            ]
        }
        let counts = status.counts.map { "\($0.count) \($0.state)" }.joined(separator: ", ")
        let goingOn = status.commandToGoOn.map { ["go on with: \($0)"] } ?? []
        return ([status.title, Table.text(rows, numeric: [3]), counts] + goingOn).joined(separator: "\n").visible()
    }
}
