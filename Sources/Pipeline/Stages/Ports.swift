/// Something that a stage takes: what it is called in `inputs` of the pipeline file, and which kinds of output fit.
public protocol InputPort: Sendable {
    var name: String { get }
    var documentation: String { get }

    /// The kinds of output that it reads; `["*"]` reads any.
    var kinds: [String] { get }
    var isOptional: Bool { get }
    var isList: Bool { get }

    /// Whether the stage sees the names that the pipeline file gives to its sources; they are then part of the key.
    var isLabelled: Bool { get }
}

/// An input that must be connected.
public struct Input<Reader: ArtifactReader>: InputPort {
    public let name: String
    public let documentation: String
    public var kinds: [String] { Reader.kinds }
    public var isOptional: Bool { false }
    public var isList: Bool { false }
    public var isLabelled: Bool { false }

    public init(_ name: String, _ documentation: String) {
        self.name = name
        self.documentation = documentation
    }
}

/// An input that may be left out.
public struct OptionalInput<Reader: ArtifactReader>: InputPort {
    public let name: String
    public let documentation: String
    public var kinds: [String] { Reader.kinds }
    public var isOptional: Bool { true }
    public var isList: Bool { false }
    public var isLabelled: Bool { false }

    public init(_ name: String, _ documentation: String) {
        self.name = name
        self.documentation = documentation
    }
}

/// An input with any number of sources: a name or a list of names in the pipeline file.
public struct ListInput<Reader: ArtifactReader>: InputPort {
    public let name: String
    public let documentation: String
    public let isOptional: Bool
    public let isLabelled: Bool
    public var kinds: [String] { Reader.kinds }
    public var isList: Bool { true }

    public init(_ name: String, _ documentation: String, isOptional: Bool = false, isLabelled: Bool = false) {
        self.name = name
        self.documentation = documentation
        self.isOptional = isOptional
        self.isLabelled = isLabelled
    }
}

/// Something that a stage leaves: files `<name>.<extension>` and a folder `<name>/`.
public struct Output: Sendable, Hashable {
    public let name: String

    /// What it is, for inputs to recognise: `embedding`, `activations`, `model`.
    public let kind: String
    public let documentation: String

    /// Whether the stage may end without having written it.
    public let isOptional: Bool

    public init(_ name: String, kind: String, _ documentation: String, isOptional: Bool = false) {
        self.name = name
        self.kind = kind
        self.documentation = documentation
        self.isOptional = isOptional
    }

    /// What every stage has to show on a page, declared by none.
    public static let summary = Output(
        "summary", kind: "summary", "What the stage has to show: `summary.json` and the pictures in `summary/`")
}

/// Opens an output of another stage, as the type that a stage works with.
public protocol ArtifactReader: Sendable {
    /// What can be known about the artifact before it exists: shapes, layer names, counts. See ``CheckIO``.
    associatedtype Description: Sendable

    /// The kinds of output that can be opened.
    static var kinds: [String] { get }

    /// Whether the stages of a run that take the same content get the same artifact, opened once, perhaps at the same
    /// time on several threads. For what is slow to open or large.
    static var isShared: Bool { get }

    /// What the stage that makes the artifact said of it, as this reader sees it; `nil` where it said nothing that helps.
    static func description(from said: any Sendable) -> Description?

    init(opening output: StoredOutput) throws
}

extension ArtifactReader {
    public static var isShared: Bool { false }
    public static func description(from said: any Sendable) -> Description? { said as? Description }
}
