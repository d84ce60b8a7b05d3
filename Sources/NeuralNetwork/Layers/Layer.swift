public import JSONValues

/// One kind of computation in a network: its settings, the shapes it gives, and how it is executed.
///
/// A kind is one file in `Layers/` (plus its execution in `Layers/Execution/`) and one line in `LayerKinds.all`.
/// Shapes leave the batch axis out: `[channels, height, width]` for maps, `[features]` for vectors.
public protocol Layer: Sendable {
    /// The word that names the kind in network files: `"convolution"`.
    static var kind: String { get }

    /// Reads the settings of one layer of a network file; keys that are absent take their defaults.
    init(settings: LayerSettings) throws(NetworkError)

    /// The settings as they stand in a network file; defaults are left out.
    var settings: JSONObject { get }

    /// Shape of the output for the given input shapes.
    func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int]

    /// What the layer learns, by PyTorch's names (`weight`, `bias`, `running_mean`, …), in PyTorch's order.
    var parameters: [ParameterSpecification] { get }

    /// How many values the layer reads.
    var inputCount: ClosedRange<Int> { get }

    /// How far one output looks along height and width; `nil` when it sees everything or the notion does not apply.
    var window: Window? { get }

    /// Adds the forward computation of the node to a plan.
    func appendForward(_ node: Int, to builder: PlanBuilder)

    /// Adds the computation of the gradients with respect to the node's inputs (and parameters, when asked for).
    func appendBackward(_ node: Int, to builder: PlanBuilder)
}

extension Layer {
    public var settings: JSONObject { JSONObject() }
    public var parameters: [ParameterSpecification] { [] }
    public var inputCount: ClosedRange<Int> { 1...1 }
    public var window: Window? { Window(kernel: [1, 1], stride: [1, 1], padding: [0, 0]) }
}

/// A tensor that a layer learns or keeps.
public struct ParameterSpecification: Sendable, Equatable {
    /// How PyTorch treats it, which decides initialisation, counting and training.
    public enum Role: Sendable {
        /// Multiplies the input; drawn at random before training.
        case weight
        /// Added to the output; drawn at random before training.
        case bias
        /// The learned factor of a normalisation; starts at one.
        case scale
        /// The learned offset of a normalisation; starts at zero.
        case shift
        /// A running mean; starts at zero, not learned by gradients.
        case runningMean
        /// A running variance; starts at one, not learned by gradients.
        case runningVariance

        /// Whether gradients change it (and whether it is counted as a parameter).
        public var isLearned: Bool { self != .runningMean && self != .runningVariance }
    }

    public let name: String
    public let shape: [Int]
    public let role: Role
    /// Number of inputs that one output sums over; bounds the random start values.
    public let fanIn: Int

    public init(name: String, shape: [Int], role: Role, fanIn: Int = 1) {
        self.name = name
        self.shape = shape
        self.role = role
        self.fanIn = fanIn
    }
}

/// The part of the input that one output position sees, in pixels along height and width.
public struct Window: Sendable, Equatable {
    public let kernel: [Int]
    public let stride: [Int]
    /// Rows added above and columns added on the left.
    public let padding: [Int]
    /// Rows added below and columns added on the right.
    public let trailingPadding: [Int]
    public let dilation: [Int]

    /// - Parameter trailingPadding: `nil` takes that of the other side.
    public init(
        kernel: [Int], stride: [Int], padding: [Int], trailingPadding: [Int]? = nil, dilation: [Int] = [1, 1]
    ) {
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
        self.trailingPadding = trailingPadding ?? padding
        self.dilation = dilation
    }

    /// Pixels between the first and the last one that a kernel touches, both counted.
    var extent: [Int] { zip(kernel, dilation).map { ($0 - 1) * $1 + 1 } }

    /// Output length along each axis: ⌊(length + padding on both sides − extent) / stride⌋ + 1, or with the ceiling.
    ///
    /// As in PyTorch, a last window that would start beyond the padded input is left out.
    func outputSize(of input: [Int], ceilingMode: Bool = false) -> [Int] {
        (0..<2).map { axis in
            let free = input[axis] + padding[axis] + trailingPadding[axis] - extent[axis]
            guard free >= 0 else { return 0 }
            guard ceilingMode else { return free / stride[axis] + 1 }
            let size = (free + stride[axis] - 1) / stride[axis] + 1
            return (size - 1) * stride[axis] >= input[axis] + padding[axis] ? size - 1 : size
        }
    }
}
