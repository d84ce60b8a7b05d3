/// The batches of an epoch that are done, and what they add up to.
public struct PartialEpoch: Codable, Sendable, Equatable {
    /// Batches that were learned from.
    public internal(set) var batches = 0
    /// Sum over their samples, in nats.
    var loss = 0.0
    /// Samples that were told right.
    var correct = 0
    /// Sum over the batches of the Euclidean norm of the gradient.
    var gradientNorm = 0.0
    /// That of the last batch.
    var learningRate = 0.0

    public init() {}

    mutating func add(loss: Double, correct: Int, gradientNorm: Double, samples: Int, learningRate: Double) {
        batches += 1
        self.loss += loss * Double(samples)
        self.correct += correct
        self.gradientNorm += gradientNorm
        self.learningRate = learningRate
    }
}
