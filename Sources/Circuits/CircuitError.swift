public import NeuralNetwork

/// Why a circuit cannot be read off a network.
public enum CircuitError: Error, Equatable, CustomStringConvertible {
    /// `nearest` are the convolutions before and after it.
    case notAConvolution(layer: String, kind: String, nearest: [String])
    case filterOutOfRange(layer: String, filter: Int, count: Int)
    case noImages
    case network(NetworkError)

    public var description: String { "\(what)\n  fix: \(fix)" }

    /// What is wrong.
    public var what: String {
        switch self {
        case .notAConvolution(let layer, let kind, _):
            "layer '\(layer)' is of kind '\(kind)'; only convolutions have filters"
        case .filterOutOfRange(let layer, let filter, let count):
            "layer '\(layer)' has no filter \(filter); its \(count) filters count from 0"
        case .noImages: "contributions are means over images, and there are none"
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
        case .noImages: "give at least one image"
        case .network(let error): error.fix
        }
    }
}
