public import JSONValues
public import Storage
import Synchronization

/// What a running stage reads from and writes to. Safe to use from any thread.
public final class StageIO: Sendable {
    struct Context: Sendable {
        var instance: String
        var objectFolder: String
        var checkpointFolder: String
        var checkpointInterval: Double?
        var inputs: [String: [StoredOutput]]
        var provenance: Provenance
        var outline: PlanOutline?
        var threads: Int
        var resolver: PathResolver
        var externalPaths: ExternalPaths
        var sharedArtifacts: SharedArtifacts
        var send: @Sendable (RunEvent) -> Void
        var isCancelled: @Sendable () -> Bool
    }

    /// What the stage said about itself so far.
    struct Notes: Sendable {
        var metrics: [(name: String, value: Double)] = []
        var warnings: [String] = []
        var summary: JSONValue = .null
    }

    private let context: Context
    private let noted = Mutex(Notes())

    init(_ context: Context) { self.context = context }

    var notes: Notes { noted.withLock { $0 } }

    // MARK: - Reading

    /// - Throws: what the reader throws about a damaged or unfitting artifact.
    public func read<Reader>(_ input: Input<Reader>) throws -> Reader {
        guard let output = stored(input).first else {
            throw StageError(
                "it is empty: the stage it comes from did not write that output",
                fix: "choose another output, or change that stage's parameters", place: "input '\(input.name)'")
        }
        return try context.sharedArtifacts.open(output)
    }

    /// `nil` where the input is not connected.
    public func read<Reader>(_ input: OptionalInput<Reader>) throws -> Reader? {
        try stored(input).first.map(context.sharedArtifacts.open)
    }

    /// In the order of the pipeline file.
    public func read<Reader>(_ input: ListInput<Reader>) throws -> [Reader] {
        try stored(input).map(context.sharedArtifacts.open)
    }

    /// The files behind an input, for stages that do not read it as a whole.
    public func stored(_ input: any InputPort) -> [StoredOutput] { context.inputs[input.name] ?? [] }

    /// The absolute path of a file or folder that a parameter names.
    public func path(of file: InputFile) -> String { context.resolver.absolute(file.path) }

    public var resolver: PathResolver { context.resolver }

    /// Today's path of an external file of this or an earlier stage, from the digest that an artifact has of it.
    ///
    /// - Throws: ``StageError`` where no stage names such a file, or it has changed since it was looked at.
    public func externalFile(digest: Digest) throws -> String { try context.externalPaths.path(of: digest) }

    /// The digest of an external file of this stage, for artifacts to name it by.
    ///
    /// - Throws: ``StageError`` where `externalFiles` of the stage did not name the path before the run: it is new.
    public func digest(ofExternalFile path: String) throws -> Digest {
        guard let digest = context.externalPaths.digest(of: path) else {
            throw StageError("'\(path)' has appeared while the pipeline ran", fix: "run it again")
        }
        return digest
    }

    // MARK: - Writing

    /// Where to write a file of an output: an absolute path that ends in `<port>.<extension>`.
    public func path(_ output: Output, _ fileExtension: String) -> String {
        "\(context.objectFolder)/\(output.name).\(fileExtension)"
    }

    /// A folder `<port>/` for many files of one output, made if it is not there.
    public func folder(_ output: Output) throws -> String {
        let folder = "\(context.objectFolder)/\(output.name)"
        try FileSystem.makeFolder(folder, makingParents: false)
        return folder
    }

    /// A folder for pictures of the stage's `summary`, made if it is not there.
    public func summaryFolder() throws -> String { try folder(.summary) }

    /// What the stage has to show. Becomes `content` of `summary.json`, beside `stage`, `version`, the semantic
    /// `parameters` and the ``metric(_:_:)``s; paths of pictures in it are relative to ``summaryFolder()``.
    public func writeSummary(_ content: JSONValue) { noted.withLock { $0.summary = content } }

    /// A number for the run record and the tables of sweeps, a function of the inputs alone: the last value of each name stays.
    public func metric(_ name: String, _ value: Double) {
        noted.withLock { notes in
            notes.metrics.removeAll { $0.name == name }
            notes.metrics.append((name, value))
        }
        context.send(.metric(stage: context.instance, name: name, value: value))
    }

    /// The whole pipeline, for stages that say `readsPipeline`.
    public var outline: PlanOutline {
        guard let outline = context.outline else {
            preconditionFailure("'\(context.provenance.stage)' does not say that it reads the pipeline")
        }
        return outline
    }

    /// What files made by the stage say about where they come from.
    public var provenance: Provenance { context.provenance }

    // MARK: - While running

    /// How many threads to use; the result must not depend on it.
    public var threads: Int { context.threads }

    /// Writes a line to the log of the stage.
    public func log(_ message: String) { context.send(.log(stage: context.instance, message: message)) }

    /// Tells the user now, and keeps it with the result.
    public func warn(_ message: String) {
        noted.withLock { $0.warnings.append(message) }
        context.send(.warning(stage: context.instance, message: message))
    }

    /// Says how far the work is; may be called often.
    public func progress(_ done: Int, of total: Int, unit: String, note: String = "") {
        context.send(.progress(stage: context.instance, done: done, total: total, unit: unit, note: note))
    }

    /// Call between blocks of work, at least every second or so.
    ///
    /// - Throws: ``Cancelled`` after an interruption.
    public func checkCancelled() throws {
        if context.isCancelled() { throw Cancelled() }
    }

    /// A folder that survives a kill of this stage and is removed when it has finished.
    public func checkpointFolder() throws -> String {
        try Checkpoints.makeFolder(context.checkpointFolder)
        return context.checkpointFolder
    }

    /// Seconds between two checkpoints, where somebody wants that.
    var checkpointInterval: Double? { context.checkpointInterval }
}

/// What an output says about where it comes from: the root attributes of HDF5 files.
public struct Provenance: Sendable, Hashable {
    public var convscopeVersion: String
    /// `reduce.tsne`
    public var stage: String
    /// The semantic parameters with defaults, as canonical JSON.
    public var parametersJSON: String
    /// The cache key, 64 hexadecimal digits.
    public var key: String
    /// `{port: [digest]}` and the external files `{name: digest}`, as canonical JSON.
    public var inputsJSON: String
}
