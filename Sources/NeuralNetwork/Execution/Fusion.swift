/// Which batch normalisations and ReLUs run inside the convolution or linear layer before them.
///
/// Only where nobody else reads, taps, replaces or seeds the value in between, and batch normalisation only outside
/// training, when it is a fixed scale and shift.
struct Fusion {
    private var tails: [Int: Int] = [:]
    private var parts: [Int: (normalization: Int?, relu: Int?)] = [:]
    private var absorbedNodes: Set<Int> = []

    init(network: Network, request: PlanRequest, needed: Set<Int>) {
        let consumers = network.consumers.map { $0.filter(needed.contains) }
        /// The only reader of a node's output, unless the output is looked at.
        func successor(_ node: Int) -> Int? {
            guard consumers[node].count == 1, !request.goals.contains(node) else { return nil }
            return consumers[node][0]
        }
        for (index, node) in network.nodes.enumerated() where needed.contains(index) {
            guard node.layer is Convolution || node.layer is Linear else { continue }
            var tail = index
            var normalization: Int?
            var relu: Int?
            if !request.isTraining, !request.weightGradients, let next = successor(tail),
                network.nodes[next].layer is BatchNormalization
            {
                normalization = next
                tail = next
            }
            if let next = successor(tail), network.nodes[next].layer is ReLU {
                relu = next
                tail = next
            }
            parts[index] = (normalization, relu)
            tails[index] = tail
            absorbedNodes.formUnion([normalization, relu].compactMap { $0 })
        }
    }

    func absorbed(by node: Int) -> (normalization: Int?, relu: Int?) { parts[node] ?? (nil, nil) }
    func isAbsorbed(_ node: Int) -> Bool { absorbedNodes.contains(node) }

    /// The last node whose output a computation gives.
    func tail(of node: Int) -> Int { tails[node] ?? node }
}
