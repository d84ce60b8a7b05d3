import CKernels

/// Stochastic gradient descent, with momentum after Polyak or Nesterov, as `torch.optim.SGD`.
///
/// Source: Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013, in the form
/// that PyTorch gives it: the velocity is a sum of gradients, multiplied by the learning rate when it is applied.
public struct SGD: Optimizer {
    public static let name = "sgd"
    public static let usualLearningRate = 0.01

    private let momentum: Float
    private let nesterov: Bool
    private let weightDecay: Float

    public init(_ options: OptimizerOptions) {
        momentum = Float(options.momentum)
        nesterov = options.nesterov
        weightDecay = Float(options.weightDecay)
    }

    public var stateNames: [String] { momentum == 0 ? [] : ["momentum_buffer"] }

    public func update(_ slice: ParameterSlice, step: Int, learningRate: Double) {
        ck_sgd_step(
            slice.parameters, slice.gradient, slice.state.first, slice.count, Float(learningRate), momentum,
            weightDecay, nesterov ? 1 : 0)
    }
}
