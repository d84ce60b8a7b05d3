/// Adam with weight decay beside the gradient, as `torch.optim.AdamW`.
///
/// Source: Loshchilov & Hutter, "Decoupled weight decay regularization", ICLR 2019.
public struct AdamW: Optimizer {
    public static let name = "adamw"
    public static let usualLearningRate = 0.001

    private let options: OptimizerOptions

    public init(_ options: OptimizerOptions) { self.options = options }

    public var stateNames: [String] { AdamStep.stateNames }

    public func update(_ slice: ParameterSlice, step: Int, learningRate: Double) {
        AdamStep(
            options, step: step, learningRate: learningRate, weightDecay: 0,
            shrinkage: 1 - learningRate * options.weightDecay
        ).apply(to: slice)
    }
}
