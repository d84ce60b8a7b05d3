/// Which nodes gradients have to pass through.
///
/// A node counts when a seed lies at or behind it and something wanted lies before it: the input, a parameter, or a
/// layer whose gradient is tapped.
struct Differentiation {
    let nodes: Set<Int>

    init(network: Network, request: PlanRequest) {
        let behind = network.ancestors(of: request.seeds)
        var wanted: Set<Int> = []
        for (index, node) in network.nodes.enumerated() where behind.contains(index) {
            let flowsOn = node.inputs.contains { source in
                switch source {
                case .networkInput: request.inputGradient
                case .node(let position): wanted.contains(position)
                }
            }
            let learns = request.weightGradients && node.layer.parameters.contains { $0.role.isLearned }
            if flowsOn || learns || request.gradients.contains(index) { wanted.insert(index) }
        }
        nodes = wanted
    }
}

extension Network {
    /// The given nodes and all that they depend on.
    package func ancestors(of goals: Set<Int>) -> Set<Int> {
        var found = goals
        for index in nodes.indices.reversed() where found.contains(index) {
            for case .node(let source) in nodes[index].inputs { found.insert(source) }
        }
        return found
    }
}
