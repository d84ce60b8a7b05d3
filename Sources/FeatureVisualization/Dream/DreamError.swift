public import NeuralNetwork

/// Why a network cannot dream as asked.
public enum DreamError: Error, Equatable, CustomStringConvertible {
    case network(NetworkError)
    case channelOutOfRange(layer: String, channel: Int, count: Int)
    /// Octaves count from one, the smallest; sizes are `[height, width]`.
    case octaveDoesNotFit(octave: Int, size: [Int], layer: String, NetworkError)
    /// `image` is its number.
    case notFinite(image: Int, octave: Int, iteration: Int)

    public var description: String { "\(what)\n  fix: \(fix)" }

    /// What is wrong.
    public var what: String {
        switch self {
        case .network(let error): error.what
        case .channelOutOfRange(let layer, let channel, let count):
            "layer '\(layer)' has no channel \(channel); its \(count) channels count from 0"
        case .octaveDoesNotFit(let octave, let size, let layer, let error):
            "octave \(octave), of \(size[0])×\(size[1]) pixels, does not reach layer '\(layer)': \(error.what)"
        case .notFinite(let image, let octave, let iteration):
            "the activations of image \(image), or their gradient, are not finite at step \(iteration) of octave \(octave)"
        }
    }

    /// How to mend it.
    public var fix: String {
        switch self {
        case .network(let error): error.fix
        case .channelOutOfRange(_, _, let count): "choose channels in 0...\(count - 1)"
        case .octaveDoesNotFit:
            "use fewer octaves, larger images, or a layer before it that no fully connected one precedes"
        case .notFinite: "look at the weights and the 'input' of the model: values overflow 32-bit floats"
        }
    }
}
