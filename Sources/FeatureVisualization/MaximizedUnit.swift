public import Tensors

/// The image that excites a unit most, and how it came about.
public struct MaximizedUnit: Sendable {
    public let unit: TargetUnit
    /// `[channels, height, width]` in [0, 1]; RGB or gray.
    public let image: Tensor
    /// What the unit answers to `image` as it is, without transforms.
    public let activation: Float
    /// Number of steps that led to `image`.
    public let iteration: Int
    /// What the unit answered at each step, under that step's transforms, before the step was taken.
    public let objective: [Float]
    /// The image after chosen numbers of steps.
    public let snapshots: [(iteration: Int, image: Tensor)]
    public let outcome: Outcome

    public init(
        unit: TargetUnit, image: Tensor, activation: Float, iteration: Int, objective: [Float],
        snapshots: [(iteration: Int, image: Tensor)], outcome: Outcome
    ) {
        (self.unit, self.image, self.activation, self.iteration) = (unit, image, activation, iteration)
        (self.objective, self.snapshots, self.outcome) = (objective, snapshots, outcome)
    }

    /// Whether the image says something about the unit.
    public enum Outcome: String, Sendable, CaseIterable {
        case healthy = "ok"
        /// The unit answers to no change of the image: the gradient is zero everywhere.
        case dead
        /// The image hardly differs from one tone: standard deviation below 0.02 in every channel.
        case grey
        /// More than three quarters of the values lie within 0.005 of black or white.
        case saturated
        /// The objective or its gradient was infinite or not a number; the image is the best one before.
        case notFinite = "nan"
    }
}

extension MaximizedUnit.Outcome {
    /// - Parameters:
    ///   - image: `[channels, height, width]`.
    ///   - slope: ∂objective/∂image.
    init(of image: Tensor, slope: Tensor, isBroken: Bool) {
        if isBroken {
            self = .notFinite
        } else if slope.withUnsafeBufferPointer({ $0.allSatisfy { $0 == 0 } }) {
            self = .dead
        } else if (0..<image.shape[0]).allSatisfy({ Self.deviation(image.row($0)) < 0.02 }) {
            self = .grey
        } else if image.withUnsafeBufferPointer({ $0.count { $0 < 0.005 || $0 > 0.995 } }) * 4 > image.count * 3 {
            self = .saturated
        } else {
            self = .healthy
        }
    }

    private static func deviation(_ plane: Tensor) -> Double {
        let mean = plane.mean
        let squares = plane.withUnsafeBufferPointer {
            $0.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        }
        return (squares / Double(plane.count)).squareRoot()
    }
}
