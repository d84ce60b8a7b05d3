import CKernels
public import Tensors

/// Steps along a decaying sum of gradients, as `torch.optim.SGD` with `maximize=True`.
///
/// velocity = momentum · velocity + gradient; parameters += learning rate · velocity.
public struct MomentumAscent: Ascent {
    private let learningRate: Double
    private let momentum: Double

    /// - Parameters:
    ///   - learningRate: above 0; in units of parameter² over objective, so no value suits every objective.
    ///   - momentum: what is left of the velocity at each step, in 0..<1.
    public init(learningRate: Double, momentum: Double = 0.9) {
        precondition(learningRate > 0, "the learning rate is \(learningRate), not above 0")
        precondition(0..<1 ~= momentum, "the momentum is \(momentum), not in 0..<1")
        (self.learningRate, self.momentum) = (learningRate, momentum)
    }

    public var memory: [String: ClosedRange<Int>] { ["velocity": 1...1] }

    public func step(
        _ parameters: inout Tensor, _ memory: inout AscentMemory, number: Int, from here: Slope,
        look: (Tensor) -> Slope
    ) -> Slope? {
        var velocity = memory.take("velocity", shape: parameters.shape)
        parameters.withUnsafeMutableBufferPointer { parameters in
            velocity.withUnsafeMutableBufferPointer { velocity in
                here.gradient.withUnsafeBufferPointer { gradient in
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
