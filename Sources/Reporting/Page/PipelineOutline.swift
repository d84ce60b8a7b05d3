/// Which stages a pipeline has and what flows from where to where: what the drawing at the top of a page shows.
public struct PipelineOutline: Sendable, Hashable {
    public struct Stage: Sendable, Hashable {
        /// What the pipeline file calls it: `map`.
        public var label: String
        /// `reduce.tsne`
        public var name: String
        public var sources: [Source]

        public init(label: String, name: String, sources: [Source] = []) {
            self.label = label
            self.name = name
            self.sources = sources
        }
    }

    public struct Source: Sendable, Hashable {
        /// Position in ``stages``.
        public var stage: Int
        /// The output of that stage: `embedding`.
        public var output: String

        public init(stage: Int, output: String) {
            self.stage = stage
            self.output = output
        }
    }

    /// In an order in which each stage comes after those it takes from.
    public var stages: [Stage]

    /// - Precondition: each stage comes after those it takes from.
    public init(stages: [Stage]) {
        for (index, stage) in stages.enumerated() {
            for source in stage.sources {
                precondition(
                    (0..<index).contains(source.stage),
                    "stage \(index) ('\(stage.label)') takes from stage \(source.stage), which does not come before it")
            }
        }
        self.stages = stages
    }
}
