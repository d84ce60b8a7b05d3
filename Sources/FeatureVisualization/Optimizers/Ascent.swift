public import Tensors

/// A way uphill: changes parameters so that a number computed from them grows.
///
/// Between two steps it remembers tensors of the parameters' shape, by name. Parameters and memory together are all there
/// is: saved and restored, the next step has the same bits.
public protocol Ascent: Sendable {
    /// How many tensors are remembered under each name once a step is done.
    var memory: [String: ClosedRange<Int>] { get }

    /// The same way with another learning rate.
    /// - Parameter factor: above 0.
    func scaled(by factor: Double) -> any Ascent

    /// Takes one step.
    ///
    /// - Parameters:
    ///   - memory: empty before the first step.
    ///   - number: of this step, from one.
    ///   - here: the slope at `parameters`.
    ///   - look: the slope of the same function elsewhere.
    /// - Returns: the slope at the new parameters, where the step had to look there.
    func step(
        _ parameters: inout Tensor, _ memory: inout AscentMemory, number: Int, from here: Slope,
        look: (Tensor) -> Slope
    ) -> Slope?
}

/// What is remembered from step to step, by name.
public typealias AscentMemory = [String: [Tensor]]

/// A function at one place: its value, and the gradient in the shape of the parameters.
public struct Slope: Sendable {
    public let value: Double
    public let gradient: Tensor
    /// What the value is made of, for those who want to know.
    public let terms: [Double]

    public init(value: Double, gradient: Tensor, terms: [Double] = []) {
        (self.value, self.gradient, self.terms) = (value, gradient, terms)
    }

    public var isFinite: Bool { value.isFinite && gradient.isFinite }
}

extension AscentMemory {
    /// The tensors of each name in one, for a file.
    var stacked: [String: Tensor] { compactMapValues { $0.isEmpty ? nil : Tensor.stack($0) } }

    /// What `stacked` gave.
    init(stacked: [String: Tensor]) {
        self = stacked.mapValues { all in (0..<all.shape[0]).map { all.row($0) } }
    }

    /// Takes the one tensor of a name out, so that it can be changed in place; zeros where there is none yet.
    mutating func take(_ name: String, shape: [Int]) -> Tensor {
        removeValue(forKey: name)?.first ?? Tensor(shape: shape)
    }
}
