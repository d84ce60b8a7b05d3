import ArgumentParser
import Pipeline

/// Which stages may run.
struct SelectionOptions: ParsableArguments {
    private static let name =
        "A name is a stage (all its instances), an instance, or has * and ? for what may be there: 'map[seed=0,*]'."

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Run only this stage; may be repeated. \(name)", valueName: "stage"),
        completion: .stagesOfFile)
    var only: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Run only this stage and what depends on it; may be repeated.", valueName: "stage"),
        completion: .stagesOfFile)
    var from: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Run only this stage and what it depends on; may be repeated.", valueName: "stage"),
        completion: .stagesOfFile)
    var until: [String] = []

    @Flag(help: "Run only what failed or was interrupted in the last run, and what that needs.")
    var failed = false

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Run a stage although its result is stored; may be repeated.", valueName: "stage"),
        completion: .stagesOfFile)
    var force: [String] = []

    /// - Parameter runFolder: where the last run left its record.
    func positions(in plan: Plan, runFolder: String) throws -> StageSelection.Positions {
        var selection = StageSelection()
        selection.only = only
        selection.from = from
        selection.until = until
        selection.forced = force
        if failed { selection.failedIn = try RecordedRun(reading: runFolder) }
        return try selection.positions(in: plan)
    }
}
