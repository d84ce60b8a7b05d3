public import Tensors

/// The image that excites a unit most, and how it came about.
public struct MaximizedUnit: Sendable {
    public let unit: TargetUnit
    /// Which of several images of the unit this is, from 0; `nil` where there is one.
    public let variant: Int?
    /// `[channels, height, width]` in [0, 1]; RGB or gray.
    public let image: Tensor
    /// Number of steps that led to `image`.
    public let iteration: Int
    /// The image after chosen numbers of steps, as far as they were reached.
    public let snapshots: [(iteration: Int, image: Tensor)]
    /// What the weight of images being alike was counted in.
    public let diversityScale: Float
    /// All runs, in order: more than one where the first said little.
    public let attempts: [Attempt]
    /// Which of them `image` comes from.
    public let kept: Int

    /// What a run came to.
    public struct Attempt: Sendable, Equatable {
        public let outcome: Outcome
        /// What the unit answers to the image as it is, without transforms.
        public let activation: Float
        /// What the unit answered at each step, under that step's transforms, before the step was taken.
        public let objective: [Float]
        /// What all images of the unit together were charged for at each step.
        public let charge: [Float]

        public init(outcome: Outcome, activation: Float, objective: [Float], charge: [Float]) {
            (self.outcome, self.activation, self.objective, self.charge) = (outcome, activation, objective, charge)
        }
    }

    public init(
        unit: TargetUnit, variant: Int?, image: Tensor, iteration: Int, snapshots: [(iteration: Int, image: Tensor)],
        diversityScale: Float, attempts: [Attempt], kept: Int
    ) {
        (self.unit, self.variant, self.image, self.iteration) = (unit, variant, image, iteration)
        (self.snapshots, self.diversityScale, self.attempts, self.kept) = (snapshots, diversityScale, attempts, kept)
    }

    /// Of the run that `image` comes from.
    public var activation: Float { attempts[kept].activation }
    public var objective: [Float] { attempts[kept].objective }
    public var charge: [Float] { attempts[kept].charge }
    public var outcome: Outcome { attempts[kept].outcome }

    /// `features.14:220`, and `features.14:220#2` for the second of several images.
    public var name: String { Self.name(unit, variant) }

    public static func name(_ unit: TargetUnit, _ variant: Int?) -> String {
        "\(unit)" + (variant.map { "#\($0 + 1)" } ?? "")
    }

    /// Whether the image says something about the unit.
    public enum Outcome: String, Sendable, CaseIterable {
        case healthy = "ok"
        /// The unit answers to no change of the image, and no more than at the start: the gradient is zero everywhere.
        case dead
        /// The image hardly differs from one tone, standard deviation below 0.02 in every channel, and that tone is no answer:
        /// the objective is no higher than at the start, or no channel's mean is 0.1 away from the grey of the start.
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
    ///   - hasRisen: whether the objective is higher than at the start.
    init(of image: Tensor, slope: Tensor, hasRisen: Bool, isBroken: Bool) {
        if isBroken {
            self = .notFinite
        } else if !hasRisen, slope.withUnsafeBufferPointer({ $0.allSatisfy { $0 == 0 } }) {
            self = .dead
        } else if (0..<image.shape[0]).allSatisfy({ Self.deviation(image.row($0)) < 0.02 }) {
            let hasMoved = (0..<image.shape[0]).contains { abs(image.row($0).mean - 0.5) >= 0.1 }
            self = hasRisen && hasMoved ? .healthy : .grey
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
