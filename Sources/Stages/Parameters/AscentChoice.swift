import FeatureVisualization
import Pipeline

/// What moves an image uphill.
enum AscentChoice: String, ParameterChoice {
    case adam, sgd, lbfgs

    static let learningRateWords =
        "Step size; the optimizer's usual one if absent: 0.05 for adam, 10 for sgd, 1 for lbfgs, whose line search finds its own."

    static let momentumWords = "What is left of the velocity of 'sgd' at each step; 0.9 if absent."

    private var usualLearningRate: Double {
        switch self {
        case .adam: 0.05
        case .sgd: 10
        case .lbfgs: 1
        }
    }

    /// - Throws: `ParameterError` for a momentum that nothing would heed.
    func validate(momentum: Double?) throws(ParameterError) {
        guard momentum != nil, self != .sgd else { return }
        throw ParameterError(
            parameter: "momentum", "'\(rawValue)' has no momentum to set",
            fix: "remove it, or set 'optimizer' to 'sgd'")
    }

    func ascent(learningRate: Double?, momentum: Double?) -> any Ascent {
        let rate = learningRate ?? usualLearningRate
        return switch self {
        case .adam: AdamAscent(learningRate: rate)
        case .sgd: MomentumAscent(learningRate: rate, momentum: momentum ?? 0.9)
        case .lbfgs: LBFGSAscent(learningRate: rate)
        }
    }
}
