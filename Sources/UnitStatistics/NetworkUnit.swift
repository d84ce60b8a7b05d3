public import NeuralNetwork

/// A unit of a network: a channel of a layer that gives maps, or an output of one that gives a vector.
public struct NetworkUnit: Sendable, Hashable, CustomStringConvertible {
    /// The layer's name.
    public let layer: String
    /// The layer's position in the network.
    public let node: Int
    /// Counts from 0.
    public let channel: Int

    /// - Parameters:
    ///   - layer: a name or second name; the unit bears the first.
    ///   - channel: one of the layer's.
    /// - Throws: `NetworkError.unknownLayer`.
    public init(layer: String, channel: Int, of network: Network) throws(NetworkError) {
        node = try network.index(of: layer)
        precondition(
            0..<network.shapes[node][0] ~= channel, "'\(layer)' has no channel \(channel) of \(network.shapes[node][0])"
        )
        self.layer = network.nodes[node].name
        self.channel = channel
    }

    /// `features.14:220`
    public var description: String { "\(layer):\(channel)" }
}
