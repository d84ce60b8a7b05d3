import CKernels
import Glibc
public import Tensors

/// Steps of a size that each parameter's own gradients set, as `torch.optim.Adam` with `maximize=True`.
///
/// Source: Kingma & Ba, "Adam: a method for stochastic optimization", ICLR 2015; β 0.9 and 0.999, ε 1e-8.
public struct AdamAscent: Ascent {
    private let learningRate: Double
    private let beta1 = 0.9
    private let beta2 = 0.999

    /// - Parameter learningRate: about how far a parameter moves in a step; above 0.
    public init(learningRate: Double = 0.05) {
        precondition(learningRate > 0, "the learning rate is \(learningRate), not above 0")
        self.learningRate = learningRate
    }

    public var memory: [String: ClosedRange<Int>] { ["mean": 1...1, "square": 1...1] }

    public func scaled(by factor: Double) -> any Ascent { AdamAscent(learningRate: learningRate * factor) }

    public func step(
        _ parameters: inout Tensor, _ memory: inout AscentMemory, number: Int, from here: Slope,
        look: (Tensor) -> Slope
    ) -> Slope? {
        let constants = ck_adam_constants(
            // The kernel walks downhill; the sign is turned here and nowhere else.
            step_size: Float(-learningRate / (1 - pow(beta1, Double(number)))), beta1: Float(beta1),
            beta2: Float(beta2), root_correction: Float((1 - pow(beta2, Double(number))).squareRoot()), epsilon: 1e-8,
            weight_decay: 0, shrinkage: 1)
        var mean = memory.take("mean", shape: parameters.shape)
        var square = memory.take("square", shape: parameters.shape)
        parameters.withUnsafeMutableBufferPointer { parameters in
            mean.withUnsafeMutableBufferPointer { mean in
                square.withUnsafeMutableBufferPointer { square in
                    here.gradient.withUnsafeBufferPointer { gradient in
                        ck_adam_step(
                            parameters.baseAddress, gradient.baseAddress, mean.baseAddress, square.baseAddress,
                            gradient.count, constants)
                    }
                }
            }
        }
        (memory["mean"], memory["square"]) = ([mean], [square])
        return nil
    }
}
