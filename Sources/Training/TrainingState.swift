public import Tensors

/// Everything that a training run needs to go on after any step, to the last bit.
public struct TrainingState: Sendable {
    /// Numbers of the state: course and steps.
    public var history: TrainingHistory
    /// Tensors by prefixed name: `weight/NAME` for each tensor of the model, `optimizer/STATE/NAME` for what the optimizer
    /// remembers of it, and `best/NAME` for the weights of the best epoch, where they are remembered.
    public var tensors: [String: Tensor]
    /// How far the epoch has come that follows those in `history`.
    public var partial: PartialEpoch

    public init(history: TrainingHistory, tensors: [String: Tensor], partial: PartialEpoch = PartialEpoch()) {
        self.history = history
        self.tensors = tensors
        self.partial = partial
    }

    /// Epochs that are done.
    public var epoch: Int { history.epochs.count }

    /// Weights after the last step.
    public var weights: [String: Tensor] { tensors(under: "weight/") }

    /// Weights of the best epoch, where they are remembered.
    public var bestWeights: [String: Tensor]? {
        let weights = tensors(under: "best/")
        return weights.isEmpty ? nil : weights
    }

    private func tensors(under prefix: String) -> [String: Tensor] {
        var result: [String: Tensor] = [:]
        for (name, tensor) in tensors where name.hasPrefix(prefix) {
            result[String(name.dropFirst(prefix.count))] = tensor
        }
        return result
    }
}
