/// How a network is trained.
public struct TrainingSettings: Sendable {
    /// Passes over the training samples.
    public var epochs = 10

    /// Samples of one step. The last batch of an epoch takes what is left; with fewer samples all of them are the batch.
    public var batchSize = 128

    /// How gradients change the weights.
    public var optimizer: any Optimizer = SGD(OptimizerOptions(momentum: 0.9))

    /// Step size, before the schedule's factor.
    public var learningRate = 0.01

    /// What the learning rate is multiplied by as training goes on.
    public var schedule: any LearningRateSchedule = ConstantSchedule()

    public var loss = CrossEntropy()

    /// Whether samples come in a new random order in each epoch; otherwise always in their own.
    public var shuffles = true

    /// Seed of order and dropout (initial weights are the model's).
    public var seed = 0

    /// Layers whose parameters stay as they are: names or shell-style patterns.
    public var frozenLayers: [String] = []

    /// Whether the weights of the epoch with the highest validation accuracy (the first of equals) are remembered.
    public var remembersBest = false

    /// Threads to work on. Never changes results.
    public var threads = 1

    /// Samples that are computed together by one thread. Changes the order in which gradients are added up, so the last
    /// bits of results.
    public var chunkSize = 16

    public init() {}
}
