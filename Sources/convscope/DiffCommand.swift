import ArgumentParser
import JSONValues
import Pipeline

struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Say what differs between two runs.",
        discussion: """
            Compares configuration, content of outputs, metrics, times and memory of the stages that both have. Ends with \
            0 whether they differ or not; "equal" of --json says which.
            """)

    @Argument(help: "A run folder, its run.json, or the name of a run.", completion: .directory)
    var left: String

    @Argument(help: "The other.", completion: .directory)
    var right: String

    @OptionGroup var running: RunsOptions

    @Flag(help: "Print as JSON.")
    var json = false

    func run() throws {
        let comparison = try RunComparison(running.run(named: left), running.run(named: right))
        print(json ? comparison.json.prettyText : comparison.text.visible())
    }
}
