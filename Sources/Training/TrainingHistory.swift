/// What was measured at the end of an epoch.
public struct EpochRecord: Codable, Sendable, Equatable {
    /// Counts from one.
    public var epoch: Int
    /// Mean over the epoch's samples, measured on each batch before it is learned from, in nats, with dropout.
    public var loss: Double
    /// Share of the epoch's samples that were told right, measured likewise.
    public var accuracy: Double
    /// After the epoch, without dropout; `nil` without validation samples.
    public var validation: Evaluation?
    /// Learning rate of the last step.
    public var learningRate: Double
    /// Mean over the steps of the Euclidean norm of the gradient.
    public var gradientNorm: Double
}

/// How well a network does on some samples.
public struct Evaluation: Codable, Sendable, Equatable {
    /// Mean over the samples, in nats.
    public var loss: Double
    /// Share of the samples that were told right.
    public var accuracy: Double
}

/// The course of a training run.
public struct TrainingHistory: Codable, Sendable, Equatable {
    /// Before training: on the validation samples or, where there are none, on the training samples.
    public internal(set) var initial: Evaluation?
    public internal(set) var epochs: [EpochRecord] = []

    /// Steps taken.
    public internal(set) var steps = 0

    /// Epoch, counted from one, with the highest validation accuracy, the first of equals; `nil` without validation.
    public var bestEpoch: Int? {
        var best: EpochRecord?
        for record in epochs {
            guard let accuracy = record.validation?.accuracy else { continue }
            if best == nil || accuracy > best!.validation!.accuracy { best = record }
        }
        return best?.epoch
    }
}

/// Where a training run stands, told after each step.
public struct TrainingProgress: Sendable {
    /// The step that was just taken, counted from zero.
    public let position: TrainingPosition
    /// Mean over the epoch's samples so far, in nats.
    public let loss: Double
    /// Share of the epoch's samples so far that were told right.
    public let accuracy: Double
    public let learningRate: Double
    /// Over the epoch so far, all work counted.
    public let imagesPerSecond: Double
}
