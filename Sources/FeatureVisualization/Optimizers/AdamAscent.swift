import CKernels
import Glibc
import Tensors

/// Steps uphill of a size that each parameter's own gradients set, as `torch.optim.Adam` with `maximize=True`.
///
/// Source: Kingma & Ba, "Adam: a method for stochastic optimization", ICLR 2015; β 0.9 and 0.999, ε 1e-8.
struct AdamAscent: Sendable {
    let learningRate: Double

    private let beta1 = 0.9
    private let beta2 = 0.999

    /// - Parameter step: number of this step, from one.
    func update(
        _ parameters: inout Tensor, gradient: Tensor, mean: inout Tensor, square: inout Tensor, step: Int
    ) {
        let constants = ck_adam_constants(
            // The kernel walks downhill; the sign is turned here and nowhere else.
            step_size: Float(-learningRate / (1 - pow(beta1, Double(step)))), beta1: Float(beta1),
            beta2: Float(beta2), root_correction: Float((1 - pow(beta2, Double(step))).squareRoot()), epsilon: 1e-8,
            weight_decay: 0, shrinkage: 1)
        parameters.withUnsafeMutableBufferPointer { parameters in
            mean.withUnsafeMutableBufferPointer { mean in
                square.withUnsafeMutableBufferPointer { square in
                    gradient.withUnsafeBufferPointer { gradient in
                        ck_adam_step(
                            parameters.baseAddress, gradient.baseAddress, mean.baseAddress, square.baseAddress,
                            gradient.count, constants)
                    }
                }
            }
        }
    }
}
