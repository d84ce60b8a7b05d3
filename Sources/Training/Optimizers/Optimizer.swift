/// How gradients change parameters.
///
/// A member of the family is one file in `Optimizers/` and one line in `Optimizers.all`. It is a value without memory: what
/// it remembers of each parameter are tensors of the parameter's shape, kept by the trainer and saved with it.
public protocol Optimizer: Sendable {
    /// The word that pipeline files use.
    static var name: String { get }

    /// The learning rate that PyTorch's optimizer of this kind starts from.
    static var usualLearningRate: Double { get }

    /// Takes those options that this kind knows.
    init(_ options: OptimizerOptions)

    /// What is remembered of each parameter, by PyTorch's names; starts at zero.
    var stateNames: [String] { get }

    /// Changes a stretch of parameters. `step` counts from one.
    func update(_ slice: ParameterSlice, step: Int, learningRate: Double)
}

/// A stretch of parameters with their gradient and what the optimizer remembers of them.
public struct ParameterSlice {
    let parameters: UnsafeMutablePointer<Float>
    let gradient: UnsafePointer<Float>
    /// In the order of `stateNames`.
    let state: [UnsafeMutablePointer<Float>]
    let count: Int
}

/// Settings of all optimizers; each takes those it knows.
public struct OptimizerOptions: Sendable, Equatable {
    /// Share of the last step's direction that goes on, 0..<1 (`sgd`).
    public var momentum: Double
    /// Whether the gradient is looked at from where the momentum leads (`sgd`).
    public var nesterov: Bool
    /// Pull towards zero: part of the gradient in `sgd` and `adam`, beside it in `adamw`.
    public var weightDecay: Double
    /// How slowly the moving mean of the gradient changes, 0..<1 (`adam`, `adamw`).
    public var beta1: Double
    /// How slowly the moving mean of its square changes, 0..<1 (`adam`, `adamw`).
    public var beta2: Double
    /// Added to the root of the mean square (`adam`, `adamw`).
    public var epsilon: Double

    public init(
        momentum: Double = 0, nesterov: Bool = false, weightDecay: Double = 0, beta1: Double = 0.9,
        beta2: Double = 0.999, epsilon: Double = 1e-8
    ) {
        precondition(0..<1 ~= momentum && 0..<1 ~= beta1 && 0..<1 ~= beta2, "momentum and betas lie in 0..<1")
        self.momentum = momentum
        self.nesterov = nesterov
        self.weightDecay = weightDecay
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
    }
}

/// The optimizers by name.
public enum Optimizers {
    /// The one list of them.
    public static let all: [any Optimizer.Type] = [SGD.self, Adam.self, AdamW.self]

    /// The optimizer of that name.
    public static func named(_ name: String) -> (any Optimizer.Type)? { all.first { $0.name == name } }
}
