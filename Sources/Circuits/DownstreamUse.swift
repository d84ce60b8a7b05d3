public import NeuralNetwork
public import Tensors

/// A filter of a later convolution that reads a filter's output, and how strongly.
public struct DownstreamUse: Sendable {
    /// Dotted name of the convolution that reads it.
    public let layer: String
    /// The reading filter.
    public let filter: Int
    /// Which of that convolution's input channels carries the output.
    public let channel: Int
    public let statistics: KernelStatistics
    /// `[height, width]`.
    public let kernel: Tensor

    /// The filters of the next convolutions that use a filter most, by descending L2 norm of the kernel they apply to
    /// it; equals by place in the network. Empty where no convolution follows.
    ///
    /// Next are the convolutions reached through layers that keep channels apart, through concatenations and sums.
    /// - Throws: `CircuitError` when there is no such filter.
    public static func ranked(
        _ model: Model, layer: String, filter: Int, count: Int = 10
    ) throws(CircuitError) -> [DownstreamUse] {
        precondition(count >= 1, "\(count) filters; one is the least")
        let found = try Filter(filter, of: layer, in: model)
        let readers = model.network.readers(of: found.node, channel: filter)
        let uses = readers.flatMap { node, channel -> [DownstreamUse] in
            let reader = model.network.nodes[node]
            let convolution = reader.layer as! Convolution
            let weights = model.tensor("weight", of: reader.name)!
            let perGroup = convolution.inputChannels / convolution.groups
            let filters = convolution.outputChannels / convolution.groups
            let group = channel / perGroup
            return (group * filters..<(group + 1) * filters).map { filter in
                let kernel = weights.row(filter).row(channel % perGroup)
                return DownstreamUse(
                    layer: reader.name, filter: filter, channel: channel, statistics: KernelStatistics(kernel),
                    kernel: kernel)
            }
        }
        let order = uses.indices.sorted {
            (uses[$1].statistics.l2, $0) < (uses[$0].statistics.l2, $1)
        }
        return order.prefix(count).map { uses[$0] }
    }
}

extension Network {
    /// The next convolutions behind a channel of a node, and which of their input channels it is, in order.
    ///
    /// Each channel of a node is looked at once, however many ways lead to it.
    fileprivate func readers(of node: Int, channel: Int) -> [(node: Int, channel: Int)] {
        let consumers = consumers
        var found: Set<Place> = []
        var seen: Set<Place> = []
        var open = [Place(node: node, channel: channel)]
        while let place = open.popLast() {
            guard seen.insert(place).inserted else { continue }
            // A node that reads the same value twice, as a sum or concatenation may, is listed twice.
            for reader in Set(consumers[place.node]) {
                let layer = nodes[reader].layer
                if layer is Convolution {
                    found.insert(Place(node: reader, channel: place.channel))
                } else if layer is Concatenation {
                    var offset = 0
                    for source in nodes[reader].inputs {
                        if source == .node(place.node) {
                            open.append(Place(node: reader, channel: offset + place.channel))
                        }
                        offset += channelCount(of: source)
                    }
                } else if keepsChannels(layer) || layer is Addition {
                    open.append(Place(node: reader, channel: place.channel))
                }
            }
        }
        return found.map { ($0.node, $0.channel) }.sorted { $0 < $1 }
    }
}

/// A channel of a node, or of what a node reads.
private struct Place: Hashable {
    let node: Int
    let channel: Int
}
