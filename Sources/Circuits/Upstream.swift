import NeuralNetwork

/// Which units a convolution's input channels are, and whether they can be negative.
///
/// Found by walking back through layers that keep channels apart (ReLU, pooling, batch normalisation, dropout, local
/// response normalisation), and through concatenations, to the layer that made the channel: a convolution, a sum, or
/// the network's input.
public struct Upstream: Sendable {
    /// The unit that an input channel is the output of.
    public struct Origin: Sendable, Hashable, CustomStringConvertible {
        /// Dotted name; `nil` for the network's input, whose channels are colours.
        public let layer: String?
        public let channel: Int

        package init(layer: String?, channel: Int) {
            self.layer = layer
            self.channel = channel
        }

        /// `features.14:220`, `input:2`.
        public var description: String { "\(layer ?? "input"):\(channel)" }
    }

    /// One for each input channel of the convolution.
    public let origins: [Origin]
    /// The layers that the channels come from, in the network's order; empty for the network's input.
    public let layers: [String]
    /// The layer whose channels the input channels are, number by number: the one that made them all, or the
    /// concatenation that joins them; `nil` for the network's input.
    public let layer: String?
    /// Whether no input channel can be negative, so that the signs of weights mean excitation and inhibition.
    public let isNonNegative: Bool
    /// One sentence: what stands between, and what that means for the signs.
    public let remark: String

    /// - Parameter node: a convolution.
    init(of node: Int, in model: Model) {
        let network = model.network
        let convolution = network.nodes[node].layer as! Convolution
        let walk = UpstreamWalk(model: model)
        let source = network.nodes[node].inputs[0]
        origins = (0..<convolution.inputChannels).map { walk.origin(of: source, channel: $0) }
        let names = Set(origins.compactMap(\.layer))
        layers = network.layerNames.filter(names.contains)
        layer = walk.maker(of: source)
        let sign = walk.sign(of: source)
        (isNonNegative, remark) = (sign.isNonNegative, sign.reason)
    }

    /// Whether no value of a source can be negative.
    static func isNonNegative(_ source: Network.Source, in model: Model) -> Bool {
        UpstreamWalk(model: model).sign(of: source).isNonNegative
    }
}

/// The walk from a value back to what made it.
private final class UpstreamWalk {
    private let model: Model
    /// Answers so far: where sums of sums meet, each place is asked once.
    private var signs: [Network.Source: (isNonNegative: Bool, reason: String)] = [:]

    init(model: Model) { self.model = model }
    private var network: Network { model.network }

    /// The nearest layer that does more than to pass channels on.
    func maker(of source: Network.Source) -> String? {
        var source = source
        while case .node(let index) = source {
            let node = network.nodes[index]
            guard keepsChannels(node.layer) else { return node.name }
            source = node.inputs[0]
        }
        return nil
    }

    func origin(of source: Network.Source, channel: Int) -> Upstream.Origin {
        var (source, channel) = (source, channel)
        while case .node(let index) = source {
            let node = network.nodes[index]
            if node.layer is Concatenation {
                var rest = channel
                for input in node.inputs {
                    let count = network.channelCount(of: input)
                    if rest < count {
                        source = input
                        break
                    }
                    rest -= count
                }
                channel = rest
            } else if keepsChannels(node.layer) {
                source = node.inputs[0]
            } else {
                return Upstream.Origin(layer: node.name, channel: channel)
            }
        }
        return Upstream.Origin(layer: nil, channel: channel)
    }

    /// Whether a value can be negative, and the sentence that says why or why not.
    func sign(of source: Network.Source) -> (isNonNegative: Bool, reason: String) {
        if let known = signs[source] { return known }
        let sign = findSign(of: source)
        signs[source] = sign
        return sign
    }

    private func findSign(of source: Network.Source) -> (isNonNegative: Bool, reason: String) {
        guard case .node(let index) = source else {
            let offsets = model.input.affine(channels: network.inputShape[0]).offset
            return offsets.allSatisfy { $0 >= 0 }
                ? (true, "The input channels are the image's own, in [0, \(model.input.range)]: never negative.")
                : (
                    false,
                    "The input channels are the image's own less their mean, so they can be negative: "
                        + "a weight's sign says which way a colour pushes, not excitation or inhibition."
                )
        }
        let node = network.nodes[index]
        switch node.layer {
        case is ReLU: return (true, "The ReLU '\(node.name)' stands before it: its input is never negative.")
        case is Sigmoid: return (true, "The sigmoid '\(node.name)' stands before it: its input is never negative.")
        case is Softmax: return (true, "The softmax '\(node.name)' stands before it: its input is never negative.")
        case is BatchNormalization:
            return (false, "The batch normalisation '\(node.name)' stands between without a ReLU after it: \(doubt)")
        case let clip as Clip where (clip.minimum ?? -1) >= 0:
            return (
                true,
                "'\(node.name)' stands before it and lets nothing below zero through: its input is never negative."
            )
        case is ChannelScale, is Clip:
            return (false, "'\(node.name)' stands between without a ReLU after it: \(doubt)")
        case is Convolution: return (false, "No ReLU stands between it and '\(node.name)': \(doubt)")
        case is Concatenation, is Addition:
            let parts = node.inputs.map(sign)
            return parts.first { !$0.isNonNegative }
                ?? (true, "All that meets in '\(node.name)' has passed a ReLU: its input is never negative.")
        default:
            return keepsChannels(node.layer)
                ? sign(of: node.inputs[0])
                : (false, "'\(node.name)' (\(type(of: node.layer).kind)) stands before it: \(doubt)")
        }
    }

    private var doubt: String {
        "its input can be negative, and a weight's sign does not say excitation or inhibition."
    }
}
