public import JSONValues

/// A pipeline file that makes sense: its stages in an order in which each comes after those it takes from.
public struct Plan: Sendable {
    public let file: PipelineFile
    public let stages: [PlannedStage]
}

/// One piece of work: a stage of the pipeline file with all its parameters, or one instance of a stage with a matrix.
public struct PlannedStage: Sendable {
    /// An output of another planned stage.
    public struct Source: Sendable, Hashable {
        /// Position in ``Plan/stages``, before the stage's own.
        public var stage: Int
        public var port: String
    }

    /// `map`, or `map[perplexity=5,seed=0]`.
    public let id: String

    /// `stages.map`
    public let path: JSONPath

    /// `map`
    public let declaration: String

    public let stage: any Stage

    /// Connected inputs in the order of the stage's declaration.
    public let inputs: [(port: any InputPort, sources: [Source])]

    public let resources: Resources
    public let shards: Int?

    /// Semantic parameters with defaults, but for those that enter the key by their files.
    public let parameters: JSONObject

    public let externalFiles: [ExternalFile]

    public var kind: String { type(of: stage).name }

    /// The stages it takes from, each once, in order.
    public var upstream: [Int] {
        var seen: Set<Int> = []
        return inputs.flatMap(\.sources).map(\.stage).filter { seen.insert($0).inserted }
    }

    public func output(_ port: String) -> Output? {
        (type(of: stage).outputs + [.summary]).first { $0.name == port }
    }

    /// What messages about it start with: `stages.map ('reduce.tsne')`.
    public var title: String {
        let instance = id == declaration ? "" : id.dropFirst(declaration.count)
        return "\(path)\(instance) ('\(kind)')"
    }
}
