import CKernels
import Glibc

/// Steps of a size that each parameter's own gradients set, as `torch.optim.Adam`.
///
/// Source: Kingma & Ba, "Adam: a method for stochastic optimization", ICLR 2015. Weight decay is part of the gradient.
public struct Adam: Optimizer {
    public static let name = "adam"
    public static let usualLearningRate = 0.001

    private let options: OptimizerOptions

    public init(_ options: OptimizerOptions) { self.options = options }

    public var stateNames: [String] { AdamStep.stateNames }

    public func update(_ slice: ParameterSlice, step: Int, learningRate: Double) {
        AdamStep(options, step: step, learningRate: learningRate, weightDecay: options.weightDecay, shrinkage: 1)
            .apply(to: slice)
    }
}

/// What Adam and AdamW share: the moving moments and their correction for having started at zero.
struct AdamStep {
    static let stateNames = ["exp_avg", "exp_avg_sq"]

    private let constants: ck_adam_constants

    init(_ options: OptimizerOptions, step: Int, learningRate: Double, weightDecay: Double, shrinkage: Double) {
        constants = ck_adam_constants(
            step_size: Float(learningRate / (1 - pow(options.beta1, Double(step)))), beta1: Float(options.beta1),
            beta2: Float(options.beta2), root_correction: Float((1 - pow(options.beta2, Double(step))).squareRoot()),
            epsilon: Float(options.epsilon), weight_decay: Float(weightDecay), shrinkage: Float(shrinkage))
    }

    func apply(to slice: ParameterSlice) {
        ck_adam_step(slice.parameters, slice.gradient, slice.state[0], slice.state[1], slice.count, constants)
    }
}
