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
        guard try Store.exists(at: folder) else {
            throw CommandFailure(
                "there is no store in '\(folder)'\n  fix: name the folder of a store with --store, or run a pipeline first",
                code: ExitStatus.wrongInput)
        }
        return try open()
    }

    /// For commands that make do without: `nil` where there is none.
    func openIfThere() throws -> Store? { try Store.exists(at: folder) ? try open() : nil }

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

/// Where runs leave their folders.
struct RunsOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The folder that run folders are in.", valueName: "folder"), completion: .directory)
    var runs = "runs"

    /// The folder of a pipeline's runs.
    func folder(of plan: Plan) -> String { runs + "/" + plan.file.name }
}

/// How external files are compared.
struct DigestOptions: ParsableArguments {
    @Flag(help: "Read external files again although size, time and inode are as they were.")
    var rehash = false
}
