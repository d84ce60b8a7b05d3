import JSONValues

/// One kind of work that a pipeline file can ask for: typed parameters, input and output ports, a version, and `run`.
///
/// A stage is a plain struct whose only stored properties are `@Parameter`s, and ``ParameterGroup``s of them. It reads its inputs, writes its outputs, and
/// is a pure function of both: equal inputs, external files and semantic parameters give equal bytes.
public protocol Stage: Decodable, Sendable {
    /// What the pipeline file calls it: `reduce.tsne`.
    static var name: String { get }

    /// Raised whenever the same inputs give other bytes.
    static var version: Int { get }

    /// One sentence.
    static var summary: String { get }

    /// What a user wants to know beyond the summary, with sources; may be empty.
    static var details: String { get }

    static var inputs: [any InputPort] { get }

    /// The first is the main output. Every stage also has an output `summary`, which is not listed here.
    static var outputs: [Output] { get }

    /// Whether the stage sees name, description and outline of the whole pipeline, which then are part of its key.
    static var readsPipeline: Bool { get }

    init()

    /// Checks relations between parameters; types and ranges are checked before.
    func validate() throws(ParameterError)

    /// Every file outside the store that the result depends on. A parameter that is named in one of them enters the key
    /// by the files' content and not by its text. `nil`, the default, means the files that parameters name as
    /// ``InputFile``.
    func externalFiles(_ resolver: PathResolver) throws -> [ExternalFile]?

    /// Finds mistakes that only show when stages meet (a layer that the model has not), before anything runs.
    func check(_ io: CheckIO) throws

    func run(_ io: StageIO) throws
}

extension Stage {
    public static var details: String { "" }
    public static var inputs: [any InputPort] { [] }
    public static var readsPipeline: Bool { false }
    public func validate() throws(ParameterError) {}
    public func check(_ io: CheckIO) throws {}
    public func externalFiles(_ resolver: PathResolver) throws -> [ExternalFile]? { nil }
}

/// What went wrong in a running stage. Prints as `what`, then `fix: …`; the runner adds file and stage.
public struct StageError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: Sendable, Hashable {
        /// Data or file are wrong: exit code 65.
        case badInput
        /// Everything else: exit code 1.
        case failed
    }

    public var kind: Kind

    /// What is wrong: `60 samples, but perplexity 30 needs at least 91`.
    public var what: String

    /// How to mend it: `lower 'perplexity' to 19, or feed more samples`. May be empty.
    public var fix: String

    /// The dataset, file or parameter where it is wrong; empty where `what` says it.
    public var place: String

    public init(_ what: String, fix: String = "", place: String = "", kind: Kind = .badInput) {
        self.kind = kind
        self.what = what
        self.fix = fix
        self.place = place
    }

    public var description: String {
        (place.isEmpty ? "" : "\(place): ") + what + (fix.isEmpty ? "" : "\n  fix: \(fix)")
    }
}

/// Thrown by ``StageIO/checkCancelled()`` after an interruption; let it pass.
public struct Cancelled: Error, Sendable {
    public init() {}
}
