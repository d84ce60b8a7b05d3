import CKernels
public import Tensors

/// Steps along a decaying sum of gradients, as `torch.optim.SGD` with `maximize=True`.
///
/// velocity = momentum · velocity + gradient; parameters += learning rate · velocity. Where steps are even, the gradient is
/// taken over its largest magnitude, so that a learning rate suits every objective.
public struct MomentumAscent: Ascent {
    private let learningRate: Double
    private let momentum: Double
    private let isEven: Bool

    /// - Parameters:
    ///   - learningRate: above 0; in units of parameter² over objective, so no value suits every objective; with even steps
    ///     how far a parameter moves in a step before there is a velocity, at most.
    ///   - momentum: what is left of the velocity at each step, in 0..<1.
    ///   - isEven: whether the size of a gradient does not matter.
    public init(learningRate: Double, momentum: Double = 0.9, isEven: Bool = false) {
        precondition(learningRate > 0, "the learning rate is \(learningRate), not above 0")
        precondition(0..<1 ~= momentum, "the momentum is \(momentum), not in 0..<1")
        (self.learningRate, self.momentum, self.isEven) = (learningRate, momentum, isEven)
    }

    public var memory: [String: ClosedRange<Int>] { ["velocity": 1...1] }

    public func scaled(by factor: Double) -> any Ascent {
        MomentumAscent(learningRate: learningRate * factor, momentum: momentum, isEven: isEven)
    }

    public func step(
        _ parameters: inout Tensor, _ memory: inout AscentMemory, number: Int, from here: Slope,
        look: (Tensor) -> Slope
    ) -> Slope? {
        let largest = here.gradient.range.map { max(abs($0.lowerBound), abs($0.upperBound)) } ?? 0
        let direction = isEven && largest > 0 ? here.gradient * (1 / largest) : here.gradient
        var velocity = memory.take("velocity", shape: parameters.shape)
        parameters.withUnsafeMutableBufferPointer { parameters in
            velocity.withUnsafeMutableBufferPointer { velocity in
                direction.withUnsafeBufferPointer { gradient in
                    // The kernel walks downhill.
                    ck_sgd_step(
                        parameters.baseAddress, gradient.baseAddress, velocity.baseAddress, gradient.count,
                        Float(-learningRate), Float(momentum), 0, 0)
                }
            }
        }
        memory["velocity"] = [velocity]
        return nil
    }
}
