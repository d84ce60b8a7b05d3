/// How the learning rate changes as training goes on.
///
/// A function of the position alone, so that training goes on after an interruption as if there had been none.
public protocol LearningRateSchedule: Sendable {
    /// What the learning rate is multiplied by.
    func factor(at position: TrainingPosition) -> Double
}

/// A place in a training run. All numbers count from zero.
public struct TrainingPosition: Sendable, Equatable {
    public var epoch: Int
    public var batch: Int
    public var epochs: Int
    public var batchesPerEpoch: Int

    public init(epoch: Int, batch: Int, epochs: Int, batchesPerEpoch: Int) {
        self.epoch = epoch
        self.batch = batch
        self.epochs = epochs
        self.batchesPerEpoch = batchesPerEpoch
    }

    /// Steps taken before this one.
    public var step: Int { epoch * batchesPerEpoch + batch }

    /// Steps of the whole run.
    public var steps: Int { epochs * batchesPerEpoch }
}
