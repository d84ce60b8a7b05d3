public import JSONValues

/// What a pipeline is called, what it says of itself, and how its stages hang together.
public struct PlanOutline: Sendable {
    public struct Stage: Sendable {
        /// `map`, or `map[perplexity=5,seed=0]`.
        public var id: String
        /// `reduce.tsne`
        public var kind: String
        /// What it takes, as position in ``PlanOutline/stages``, before its own, and port.
        public var sources: [PlannedStage.Source]
    }

    public var name: String
    public var description: String
    /// In an order in which each comes after those it takes from.
    public var stages: [Stage]

    var json: JSONValue {
        [
            "name": .string(name), "description": .string(description),
            "stages": .array(
                stages.map { stage in
                    [
                        "id": .string(stage.id), "stage": .string(stage.kind),
                        "sources": .array(stage.sources.map { [.integer($0.stage), .string($0.port)] }),
                    ]
                }),
        ]
    }
}

extension Plan {
    /// - Complexity: O(stages + connections)
    var outline: PlanOutline {
        PlanOutline(
            name: file.name, description: file.description ?? "",
            stages: stages.map { stage in
                PlanOutline.Stage(id: stage.id, kind: stage.kind, sources: stage.inputs.flatMap(\.sources))
            })
    }
}
