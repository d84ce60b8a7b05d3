import ArgumentParser
import JSONValues
import Pipeline
import Stages
import Storage

let registry = StageRegistry(allStages)

/// Which pipeline, with which changes.
struct PipelineOptions: ParsableArguments {
    @Argument(help: "The pipeline file.", completion: .file(extensions: ["json"]))
    var file: String

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp(
            "Set a value of the file, as --set stages.map.parameters.perplexity=50; may be repeated.",
            valueName: "path=value"))
    var settings: [String] = []

    func validate() throws {
        for setting in settings where !setting.contains("=") {
            throw ValidationError("--set \(setting): expected a path, '=' and a value")
        }
    }

    func plan() throws -> Plan {
        try Planner.plan(PipelineFile(reading: file, settings: settings), stages: registry)
    }
}

/// Where results are kept.
struct StoreOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder of the store (default: $CONVSCOPE_STORE, else .convscope).", valueName: "folder"),
        completion: .directory)
    var store: String?

    private var folder: String { store ?? Environment.variable("CONVSCOPE_STORE") ?? ".convscope" }

    /// For commands that only look: makes nothing.
    func openExisting() throws -> Store {
        guard Store.exists(at: folder) else {
            throw CommandFailure(
                "there is no store in '\(folder)'\n  fix: name the folder of a store with --store, or run a pipeline first",
                code: ExitStatus.wrongInput)
        }
        return try open()
    }

    func open() throws -> Store {
        do {
            return try Store(opening: folder)
        } catch {
            guard case .fileSystem(let problem) = error, !problem.isFull else { throw error }
            throw CommandFailure(
                "the store cannot be used: \(problem)\n  fix: make the folder writable, or choose another with --store",
                code: ExitStatus.stageFailed)
        }
    }
}

/// Which stages run although their results are stored.
struct ForceOptions: ParsableArguments {
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Run a stage although its result is stored; may be repeated.", valueName: "stage"))
    var force: [String] = []

    func positions(in plan: Plan) throws -> Set<Int> {
        try force.reduce(into: []) { positions, name in
            guard let named = plan.positions(named: name) else {
                let names = plan.stages.map(\.declaration)
                let nearest = nearestName(to: name, in: names + plan.stages.map(\.id))
                throw CommandFailure(
                    "Error: the pipeline has no stage '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? ""),
                    code: ExitStatus.wrongCommandLine)
            }
            positions.formUnion(named)
        }
    }
}
