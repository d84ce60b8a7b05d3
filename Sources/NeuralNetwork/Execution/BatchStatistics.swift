/// Where a batch normalisation leaves the statistics of a training batch.
public struct BatchStatistics: Sendable {
    public let layer: String
    /// Share of the new batch in the running statistics.
    public let momentum: Double
    public let channels: Int
    /// Values of a channel in one sample.
    public let positions: Int
    let slot: Int
    let varianceOffset: Int

    /// Mean and biased variance of each channel over the whole batch, after a training run.
    public func values(in workspace: Workspace) -> (mean: [Double], variance: [Double]) {
        let doubles = workspace.pointer(slot).assumingMemoryBound(to: Double.self)
        return (
            (0..<channels).map { doubles[$0] }, (0..<channels).map { doubles[varianceOffset + $0] }
        )
    }
}
