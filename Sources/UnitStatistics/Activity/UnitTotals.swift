/// What is added up of a unit's activations.
package struct UnitTotals: Sendable, BitwiseCopyable {
    private(set) var sum = 0.0
    private(set) var squares = 0.0
    /// Values above zero.
    private(set) var positives = 0
    /// Images with a value above zero.
    private(set) var activeImages = 0
    private(set) var minimum = Float.infinity
    private(set) var maximum = -Float.infinity

    init() {}

    /// Of one image's map.
    init(of map: UnsafeBufferPointer<Float>) {
        for value in map {
            sum += Double(value)
            squares += Double(value) * Double(value)
            positives += value > 0 ? 1 : 0
            minimum = min(minimum, value)
            maximum = max(maximum, value)
        }
        activeImages = positives > 0 ? 1 : 0
    }

    mutating func add(_ other: UnitTotals) {
        sum += other.sum
        squares += other.squares
        positives += other.positives
        activeImages += other.activeImages
        minimum = min(minimum, other.minimum)
        maximum = max(maximum, other.maximum)
    }

    /// Whether all numbers are: no sum of 32-bit numbers leaves the range of 64 bits.
    var isFinite: Bool { sum.isFinite }
}
