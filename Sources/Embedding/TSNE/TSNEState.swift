public import Tensors

/// All that the next iteration of t-SNE depends on, besides affinities and parameters: saved and restored bit for bit,
/// the run goes on as if it had never stopped.
public struct TSNEState: Sendable, Equatable {
    /// `[samples, dimensions]`, centred on the origin.
    public var positions: Tensor
    /// `[samples, dimensions]`: the last step.
    public var updates: Tensor
    /// `[samples, dimensions]`: factor of the step size, at least 0.05 in the long run.
    public var gains: Tensor
    /// Iterations done.
    public var iteration: Int

    public init(positions: Tensor, updates: Tensor, gains: Tensor, iteration: Int) {
        precondition(
            positions.rank == 2 && updates.shape == positions.shape && gains.shape == positions.shape,
            "positions \(positions.shape), updates \(updates.shape), gains \(gains.shape) differ")
        self.positions = positions
        self.updates = updates
        self.gains = gains
        self.iteration = iteration
    }

    /// The state before the first iteration.
    public init(start: Tensor) {
        self.init(
            positions: start, updates: Tensor(shape: start.shape), gains: Tensor(shape: start.shape, repeating: 1),
            iteration: 0)
    }
}
