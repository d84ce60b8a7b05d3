/// What a unit answered to all images of a data set, at all positions of its map.
public struct UnitActivity: Sendable, Equatable {
    /// What can be said of a unit by when it is above zero.
    public enum State: String, Sendable, CaseIterable {
        /// Never, at no position of any image.
        case dead
        /// On a smaller share of the images than was asked for.
        case nearDead = "near-dead"
        /// At every position of every image: a ReLU behind it never cuts anything off.
        case alwaysOn = "always-on"
        /// Neither of these.
        case active
    }

    public let state: State
    public let mean: Double
    public let standardDeviation: Double
    public let minimum: Float
    public let maximum: Float
    /// Share of values that are not above zero.
    public let sparsity: Double
    /// Share of images with a value above zero.
    public let activeShare: Double
    /// At the levels asked for: the least value that at least this share of all values does not exceed.
    public let quantiles: [Float]

    init(
        _ totals: UnitTotals, quantiles: [Float], images: Int, positions: Int, nearDead: Double
    ) {
        let count = Double(images * positions)
        mean = totals.sum / count
        standardDeviation = max(totals.squares / count - mean * mean, 0).squareRoot()
        (minimum, maximum) = (totals.minimum, totals.maximum)
        sparsity = 1 - Double(totals.positives) / count
        activeShare = Double(totals.activeImages) / Double(images)
        // A sketch knows no value exactly, the extremes it does.
        self.quantiles = quantiles.map { min(max($0, totals.minimum), totals.maximum) }
        state =
            totals.positives == 0
            ? .dead
            : activeShare < nearDead ? .nearDead : totals.positives == images * positions ? .alwaysOn : .active
    }
}
