import NeuralNetwork

extension ParameterMemory {
    /// Moves the running statistics of batch normalisations towards those of the batch that was just run, as PyTorch does:
    /// the running variance takes the batch's unbiased variance.
    ///
    /// A channel with a single value has no unbiased variance; its biased one, zero, is taken.
    func moveRunningStatistics(_ plan: Plan, _ workspaces: [Workspace]) {
        let samples = workspaces.reduce(0) { $0 + $1.validSamples }
        for statistics in plan.batchStatistics {
            // Every chunk holds the statistics of the whole batch.
            let batch = statistics.values(in: workspaces[0])
            let count = Double(samples * statistics.positions)
            let correction = count / max(count - 1, 1)
            move("running_mean", of: statistics, to: batch.mean)
            move("running_var", of: statistics, to: batch.variance.map { $0 * correction })
        }
    }

    private func move(_ parameter: String, of statistics: BatchStatistics, to batch: [Double]) {
        let values = base + entry(statistics.layer + "." + parameter).offset
        for channel in batch.indices {
            let old = Double(values[channel])
            values[channel] = Float(old + statistics.momentum * (batch[channel] - old))
        }
    }
}
