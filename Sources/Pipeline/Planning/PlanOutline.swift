import JSONValues

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
    /// In an order in which each comes after those it takes from. It is the same for any order in the pipeline file.
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
    /// - Complexity: O(stages · log stages + connections)
    var outline: PlanOutline {
        // The longest way from a stage without inputs.
        var depths: [Int] = []
        for stage in stages { depths.append((stage.upstream.map { depths[$0] }.max() ?? -1) + 1) }
        let order = stages.indices.sorted { (depths[$0], stages[$0].id) < (depths[$1], stages[$1].id) }
        var places = order
        for (place, position) in order.enumerated() { places[position] = place }
        return PlanOutline(
            name: file.name, description: file.description ?? "",
            stages: order.map { position in
                let sources = stages[position].inputs.flatMap(\.sources).map {
                    PlannedStage.Source(stage: places[$0.stage], port: $0.port)
                }
                return PlanOutline.Stage(
                    id: stages[position].id, kind: stages[position].kind,
                    sources: sources.sorted { ($0.stage, $0.port) < ($1.stage, $1.port) })
            })
    }
}
