import FeatureVisualization
import Pipeline

/// What moves an image uphill.
enum AscentChoice: String, ParameterChoice {
    case adam, sgd, lbfgs

    static let learningRateWords =
        "Step size; the optimizer's usual one if absent: 0.05 for adam, 10 for sgd, 1 for lbfgs, whose line search finds its own."

    private var usualLearningRate: Double {
        switch self {
        case .adam: 0.05
        case .sgd: 10
        case .lbfgs: 1
        }
    }

    func ascent(learningRate: Double?, momentum: Double) -> any Ascent {
        let rate = learningRate ?? usualLearningRate
        return switch self {
        case .adam: AdamAscent(learningRate: rate)
        case .sgd: MomentumAscent(learningRate: rate, momentum: momentum)
        case .lbfgs: LBFGSAscent(learningRate: rate)
        }
    }
}
