/// Which batch normalisations and ReLUs run inside the convolution or linear layer before them, which ReLUs inside a sum,
/// a scale or a batch normalisation, and, in training, which poolings inside the batch normalisation before them.
///
/// Only where nobody else reads, taps, replaces or seeds the value in between, and batch normalisation runs inside others
/// only outside training, when it is a fixed scale and shift.
struct Fusion {
    /// What runs inside another node's computation.
    struct Parts {
        var normalization: Int?
        var relu: Int?
        var pooling: Int?

        var all: [Int] { [normalization, relu, pooling].compactMap { $0 } }
    }

    private var tails: [Int: Int] = [:]
    private var parts: [Int: Parts] = [:]
    private var absorbedNodes: Set<Int> = []

    init(network: Network, request: PlanRequest, needed: Set<Int>) {
        let consumers = network.consumers.map { $0.filter(needed.contains) }
        /// The only reader of a node's output, unless the output is looked at.
        func successor(_ node: Int) -> Int? {
            guard consumers[node].count == 1, !request.goals.contains(node) else { return nil }
            return consumers[node][0]
        }
        for (index, node) in network.nodes.enumerated() where needed.contains(index) {
            var absorbed = Parts()
            var tail = index
            /// Takes the next node in if it fits.
            func absorb(_ part: WritableKeyPath<Parts, Int?>, if fits: (any Layer) -> Bool) {
                guard let next = successor(tail), fits(network.nodes[next].layer) else { return }
                absorbed[keyPath: part] = next
                tail = next
            }
            switch node.layer {
            case is Convolution, is Linear:
                if !request.isTraining, !request.weightGradients {
                    absorb(\.normalization) { $0 is BatchNormalization }
                }
                absorb(\.relu) { $0 is ReLU }
            case is Addition:
                // Our own loops over channels know no ReLU behind a sum.
                guard !network.joinsByChannel(index) else { break }
                absorb(\.relu) { $0 is ReLU }
            case is BatchNormalization where request.isTraining:
                guard request.reluRule == .standard else { break }
                absorb(\.relu, if: isUnlimitedReLU)
                if absorbed.relu != nil { absorb(\.pooling) { ($0 as? MaxPooling)?.hasSeparateWindows == true } }
            case is BatchNormalization, is ChannelScale: absorb(\.relu, if: isUnlimitedReLU)
            default: continue
            }
            parts[index] = absorbed
            tails[index] = tail
            absorbedNodes.formUnion(absorbed.all)
        }
    }

    /// The ReLU that our own loops over channels know.
    private func isUnlimitedReLU(_ layer: any Layer) -> Bool { (layer as? ReLU).map { $0.limit == nil } == true }

    func absorbed(by node: Int) -> Parts { parts[node] ?? Parts() }
    func isAbsorbed(_ node: Int) -> Bool { absorbedNodes.contains(node) }

    /// The last node whose output a computation gives.
    func tail(of node: Int) -> Int { tails[node] ?? node }
}
