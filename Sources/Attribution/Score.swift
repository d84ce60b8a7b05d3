/// The number that is explained for one image, as precise as the network's answer lets it be.
public struct Score: Sendable, Hashable {
    public let value: Double
    /// 1 − `value` of a probability: the sum of the others, which keeps its digits where `value` is near 1.
    private let remainder: Double?

    init(_ value: Double) { (self.value, remainder) = (value, nil) }

    /// A probability, as shares of any scale.
    init(share: Double, others: Double) {
        (value, remainder) = (share / (share + others), others / (share + others))
    }

    /// How much larger it is than another score.
    func minus(_ other: Score) -> Double {
        if let own = remainder, let others = other.remainder, value > 0.5, other.value > 0.5 { return others - own }
        return value - other.value
    }
}
