public import NeuralNetwork
import Tensors

/// What a unit would take from an earlier layer if everything between were linear: one kernel for each of its channels.
///
/// The gradient of the unit in the middle of its map with respect to the earlier layer, on an image of zeros, with
/// ReLUs and their kin left out and max pooling replaced by average pooling; cut to what the unit sees. Of two
/// convolutions with nothing but a ReLU between, it is the later one's weights. Source: Voss et al., "Visualizing
/// weights", Distill 2021, https://doi.org/10.23915/distill.00024.007.
public struct ExpandedWeights: Sendable {
    /// Names as the network has them; `upstreamLayer` is `nil` for the network's input.
    public let layer: String
    public let channel: Int
    public let upstreamLayer: String?
    /// At most as many as were asked for, by descending L2 norm; equals by ascending channel.
    public let kernels: [IncomingKernel]
    /// Channels whose kernel is too weak to count.
    public let negligibleCount: Int
    /// Height and width of every kernel: what the unit sees of the earlier layer.
    public let kernelSize: [Int]
    /// Number of the earlier layer's channels.
    public let channelCount: Int
    /// Layers between that were left out: ReLUs and their kin.
    public let bypassedLayers: [String]
    /// Max poolings between, that give the mean instead.
    public let averagedLayers: [String]
    /// Height and width of the image of zeros: the network's own, or a multiple that has room for all that the unit
    /// sees.
    public let imageSize: [Int]
    /// Whether the earlier layer's map is smaller than what the unit sees, so that kernels are cut off at its border.
    public let isCutOff: Bool
    /// Whether no channel of the earlier layer can be negative, so that the signs of weights mean excitation and
    /// inhibition.
    public let isNonNegative: Bool
    /// One sentence about the signs.
    public let remark: String

    /// Finds what is wrong with a question, from the network's description alone.
    /// - Throws: `CircuitError`.
    public static func check(
        _ network: Network, layer: String, channel: Int, upstreamLayer: String?
    ) throws(CircuitError) {
        let path = try LinearizedPath(from: upstreamLayer, to: layer, in: network)
        let count = network.shapes[path.target][0]
        guard 0..<count ~= channel else {
            throw .channelOutOfRange(layer: layer, channel: channel, count: count)
        }
    }

    /// - Parameters:
    ///   - layer: the unit's layer, any that depends on the earlier one.
    ///   - upstreamLayer: any layer that gives maps; `nil` for the network's input.
    ///   - count: how many kernels to keep, at least 1.
    /// - Throws: `CircuitError` when there is no such unit or no way between the layers, or where the weights between
    ///   are so large that their products are not finite.
    public init(
        _ model: Model, layer: String, channel: Int, upstreamLayer: String?, count: Int = 10
    ) throws {
        precondition(count >= 1, "\(count) kernels; one is the least")
        try Self.check(model.network, layer: layer, channel: channel, upstreamLayer: upstreamLayer)
        let path = try LinearizedPath(from: upstreamLayer, to: layer, in: model.network)
        let view = LinearView(path)
        let gradient = try view.gradient(path, model, channel: channel)
        let upstream = path.upstreamName
        guard gradient.isFinite else {
            let origin = upstream.map { "'\($0)'" } ?? "the input"
            throw CircuitError.notFinite("the weights of '\(layer)' expanded to \(origin)")
        }
        let all = (0..<gradient.shape[0]).map { channel in
            IncomingKernel(
                channel: channel, origin: Upstream.Origin(layer: upstream, channel: channel),
                kernel: view.cut(from: gradient.row(channel)))
        }
        (kernels, negligibleCount) = IncomingKernel.strongest(count, of: all)
        kernelSize = [view.rows.count, view.columns.count]
        channelCount = all.count
        self.layer = path.network.nodes[path.target].name
        self.channel = channel
        self.upstreamLayer = upstream
        (bypassedLayers, averagedLayers) = (path.bypassed, path.averaged)
        (imageSize, isCutOff) = (Array(view.imageShape.dropFirst()), view.isCutOff)
        (isNonNegative, remark) = Self.sign(of: path, in: model)
    }

    private static func sign(of path: LinearizedPath, in model: Model) -> (isNonNegative: Bool, remark: String) {
        let subject = path.upstreamName.map { "The channels of '\($0)'" } ?? "The channels of the network's input"
        if Upstream.isNonNegative(path.origin, in: model) {
            return (true, "\(subject) are never negative: a weight's sign means excitation or inhibition.")
        }
        if case .node(let index) = path.origin {
            let readers = model.network.consumers[index].filter { $0 <= path.target }
            if readers.allSatisfy({ model.network.nodes[$0].layer is ReLU }) {
                return (true, "\(subject) pass a ReLU first: a weight's sign means excitation or inhibition.")
            }
        }
        return (
            false,
            "\(subject) can be negative: a weight's sign says which way a rise pushes, not excitation or inhibition."
        )
    }
}

extension LinearizedPath {
    /// `nil` for the network's input.
    var upstreamName: String? {
        if case .node(let index) = origin { network.nodes[index].name } else { nil }
    }
}
