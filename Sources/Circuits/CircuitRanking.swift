public import NeuralNetwork
import Tensors

/// A filter split into one kernel per input channel, the strongest first.
///
/// Source: Voss et al., "Visualizing weights", Distill 2021, https://doi.org/10.23915/distill.00024.007.
public struct CircuitRanking: Sendable {
    public let layer: String
    public let filter: Int
    public let bias: Float
    /// At most as many as were asked for, by descending L2 norm; equals by ascending channel.
    public let kernels: [IncomingKernel]
    /// Input channels whose kernel is too weak to count.
    public let negligibleCount: Int
    /// Height and width of every kernel.
    public let kernelSize: [Int]
    /// Number of input channels that the filter reads: its group's.
    public let channelCount: Int
    /// Where the input channels come from.
    public let upstream: Upstream

    /// Whether a network has such a filter, from its description alone.
    /// - Throws: `CircuitError` when it has not.
    public static func check(_ network: Network, layer: String, filter: Int) throws(CircuitError) {
        _ = try Filter.place(filter, of: layer, in: network)
    }

    /// - Parameters:
    ///   - layer: dotted name of a convolution.
    ///   - filter: place among its output channels.
    ///   - count: how many kernels to keep, at least 1.
    /// - Throws: `CircuitError` when there is no such filter.
    /// - Complexity: O(size of the filter + channels · log channels + layers · channels)
    public init(_ model: Model, layer: String, filter: Int, count: Int = 10) throws(CircuitError) {
        precondition(count >= 1, "\(count) kernels; one is the least")
        let found = try Filter(filter, of: layer, in: model)
        let upstream = Upstream(of: found.node, in: model)
        let split = found.inputChannels.enumerated().map { row, channel in
            IncomingKernel(channel: channel, origin: upstream.origins[channel], kernel: found.weights.row(row))
        }
        (kernels, negligibleCount) = IncomingKernel.strongest(count, of: split)
        kernelSize = found.convolution.kernel
        channelCount = split.count
        bias = found.bias
        self.layer = layer
        self.filter = filter
        self.upstream = upstream
    }

    /// The place of each kernel's channel in the ranking by contribution, from 1.
    public func contributionRanks(_ contributions: ChannelContributions) -> [Int] {
        let places = Dictionary(uniqueKeysWithValues: contributions.ranking.enumerated().map { ($1, $0 + 1) })
        return kernels.map { places[$0.channel]! }
    }

    /// Where the two rankings disagree: channels that are among those that contribute most on real images, as many as
    /// kernels are kept, and have no kernel here. The strongest contribution first.
    public func overlookedChannels(_ contributions: ChannelContributions) -> [Int] {
        let kept = Set(kernels.map(\.channel))
        return contributions.ranking.prefix(kept.count).filter { !kept.contains($0) }
    }
}
