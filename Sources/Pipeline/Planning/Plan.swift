public import JSONValues
import Storage

/// A pipeline file that makes sense: its stages in an order in which each comes after those it takes from.
public struct Plan: Sendable {
    public let file: PipelineFile
    public let stages: [PlannedStage]

    /// The same plan, never freed: see ``keepUntilExit(_:)``.
    public func keptUntilExit() -> Plan {
        keepUntilExit(self)
        return self
    }
}

/// One piece of work: a stage of the pipeline file with all its parameters, or one instance of a stage with a matrix.
///
/// A class because it goes through many hands and never changes.
public final class PlannedStage: Sendable {
    /// An output of another planned stage.
    public struct Source: Sendable, Hashable {
        /// Position in ``Plan/stages``, before the stage's own.
        public var stage: Int
        public var port: String
    }

    /// `map`, or `map[perplexity=5,seed=0]`.
    public let id: String

    let declared: StageDeclaration

    /// Of each list of its own matrix, the place of its value.
    let choice: [Int]

    private let variant: StageVariant

    /// Connected inputs in the order of the stage's declaration.
    public let inputs: [(port: any InputPort, sources: [Source])]

    /// The stages it takes from, each once, in order.
    public let upstream: [Int]

    init(
        id: String, declaration: StageDeclaration, choice: [Int], variant: StageVariant,
        inputs: [(port: any InputPort, sources: [Source])]
    ) {
        (self.id, declared, self.choice, self.variant, self.inputs) = (id, declaration, choice, variant, inputs)
        let sources = inputs.flatMap(\.sources).map(\.stage)
        var seen: Set<Int> = []
        upstream = sources.count < 2 ? sources : sources.filter { seen.insert($0).inserted }
    }

    /// `stages.map`
    public var path: JSONPath { declared.path }

    /// `map`
    public var declaration: String { declared.name }

    public var stage: any Stage { variant.stage }
    public var resources: Resources { declared.resources }
    public var shards: Int? { declared.shards }

    /// Semantic parameters with defaults, but for those that enter the key by their files.
    public var parameters: JSONObject { variant.parameters }

    public var externalFiles: [ExternalFile] { variant.externalFiles }

    public var kind: String { type(of: stage).name }

    public func output(_ port: String) -> Output? {
        (type(of: stage).outputs + [.summary]).first { $0.name == port }
    }

    /// What messages about it start with: `stages.map ('reduce.tsne')`.
    public var title: String {
        let instance = id == declaration ? "" : id.dropFirst(declaration.count)
        return "\(path)\(instance) ('\(kind)')"
    }
}
