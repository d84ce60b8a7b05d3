public import NeuralNetwork

/// Why a circuit cannot be read off a network.
public enum CircuitError: Error, Equatable, CustomStringConvertible {
    /// `nearest` are the convolutions before and after it.
    case notAConvolution(layer: String, kind: String, nearest: [String])
    case filterOutOfRange(layer: String, filter: Int, count: Int)
    case channelOutOfRange(layer: String, channel: Int, count: Int)
    /// `shape` is what the layer gives.
    case noMaps(layer: String, shape: [Int])
    /// `nearest` are convolutions that the layer does depend on, the last ones first.
    case notUpstream(of: String, String, nearest: [String])
    case noAverage(layer: String)
    case noImages
    /// The argument says what is not.
    case notFinite(String)
    case network(NetworkError)

    public var description: String { "\(what)\n  fix: \(fix)" }

    /// What is wrong.
    public var what: String {
        switch self {
        case .notAConvolution(let layer, let kind, _):
            "layer '\(layer)' is of kind '\(kind)'; only convolutions have filters"
        case .filterOutOfRange(let layer, let filter, let count):
            "layer '\(layer)' has no filter \(filter); its \(count) filters count from 0"
        case .channelOutOfRange(let layer, let channel, let count):
            "layer '\(layer)' has no channel \(channel); its \(count) channels count from 0"
        case .noMaps(let layer, let shape):
            "layer '\(layer)' gives vectors of \(shape[0]) numbers; expanded weights are maps over the layer they reach back to"
        case .notUpstream(let layer, let upstream, _): "layer '\(layer)' reads nothing of '\(upstream)'"
        case .noAverage(let layer):
            "the max pooling '\(layer)' is dilated, and no average pooling is; weights cannot be expanded through it"
        case .noImages: "contributions are means over images, and there are none"
        case .notFinite(let subject): "\(subject) are not finite: values overflow 32-bit floats"
        case .network(let error): error.what
        }
    }

    /// How to mend it.
    public var fix: String {
        switch self {
        case .notAConvolution(_, _, let nearest):
            nearest.isEmpty
                ? "take another network: this one has no convolution"
                : "choose " + nearest.map { "'\($0)'" }.joined(separator: " or ")
        case .filterOutOfRange(_, _, let count): "choose a filter in 0...\(count - 1)"
        case .channelOutOfRange(_, _, let count): "choose a channel in 0...\(count - 1)"
        case .noMaps: "choose a layer before the network's flattening"
        case .notUpstream(_, _, let nearest):
            nearest.isEmpty
                ? "leave it out: only the network's input stands before it"
                : "choose a layer before it, as " + nearest.map { "'\($0)'" }.joined(separator: " or ")
        case .noAverage: "choose layers that both stand before it, or both behind it"
        case .noImages: "give at least one image"
        case .notFinite: "look at the weights of the layers between, and choose nearer layers"
        case .network(let error): error.fix
        }
    }
}
