import NeuralNetwork

/// A value of the graph, as the conversion knows it.
enum ONNXValue: Sendable {
    case activation(ONNXActivation)
    case constant(ONNXConstant)
    /// Made by a node that could not be converted, which is said already.
    case unknown
}

/// A value that depends on the network's input.
///
/// The engine has maps `[channels, height, width]` and vectors `[features]`, both behind a batch axis. ONNX has axes in
/// any order; where it only calls the same numbers by another order, the value keeps its place and changes its view.
struct ONNXActivation: Sendable {
    let source: Network.Source
    /// As the engine has it.
    let shape: [Int]
    let view: View

    /// How ONNX's axes follow from the engine's.
    enum View: Sendable, Equatable {
        /// `[batch]` and the engine's.
        case same
        /// `[batch, height, width, channels]`, what TensorFlow's exporters write.
        case channelsLast
        /// `[batch, features]`: a map of this engine's shape, read row by row with the channels innermost.
        case flatChannelsLast([Int])
    }

    init(_ source: Network.Source, _ shape: [Int], _ view: View = .same) {
        self.source = source
        self.shape = shape
        self.view = view
    }

    /// ONNX's shape, with one sample.
    func shape(batch: Int) -> [Int] {
        view == .channelsLast ? [batch, shape[1], shape[2], shape[0]] : [batch] + shape
    }

    /// The axis of ONNX's shape that counts channels or features.
    var channelAxis: Int { view == .channelsLast ? 3 : 1 }

    /// Channels or features.
    var channels: Int { shape[0] }

    /// The same with other axes.
    func viewed(_ view: View) -> ONNXActivation { ONNXActivation(source, shape, view) }

    /// A constant whose axis `axis` counts this vector's features, in the order in which the engine has them.
    func inEngineOrder(_ constant: ONNXConstant, axis: Int) throws(ONNXProblem) -> ONNXConstant {
        guard case .flatChannelsLast(let map) = view else { return constant }
        let shape = constant.shape
        let (before, after) = (Array(shape[..<axis]), Array(shape[(axis + 1)...]))
        let order =
            Array(0..<axis) + [axis + 2, axis, axis + 1] + (0..<after.count).map { axis + 3 + $0 }
        return try constant.reshaped(to: before + [map[1], map[2], map[0]] + after).transposed(order)
            .reshaped(to: shape)
    }
}
