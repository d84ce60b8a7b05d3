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

    func plan() throws -> Plan {
        try Planner.plan(PipelineFile(reading: file, settings: settings), stages: registry).keptUntilExit()
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

    /// For commands that make do without: `nil` where there is none, nor anything else.
    func openIfThere() throws -> Store? {
        let isFile = try FileSystem.status(of: folder)?.isRegular ?? false
        return try isFile || Store.exists(at: folder) ? try open() : nil
    }

    func open() throws -> Store {
        do {
            return try Store(opening: folder)
        } catch {
            guard case .fileSystem(let problem) = error, !problem.isFull else { throw error }
            throw CommandFailure(place: "store", cannotBe: "used", problem, option: "--store")
        }
    }
}

extension CommandFailure {
    /// A folder of the user that cannot be used or written; what is no folder is a wrong command line.
    init(place: String, cannotBe what: String, _ error: FileSystemError, option: String) {
        let fix = error.isWrongPath ? "choose another folder" : "make it writable, or choose another"
        self.init(
            "the \(place) cannot be \(what): \(error)\n  fix: \(fix) with \(option)",
            code: error.isWrongPath ? ExitStatus.wrongCommandLine : ExitStatus.stageFailed)
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
