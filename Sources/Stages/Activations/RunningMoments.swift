/// Count, mean, spread, extremes and share of zeros of numbers that come block by block.
struct RunningMoments: Sendable, BitwiseCopyable {
    private(set) var count = 0
    private var sum = 0.0
    private var squares = 0.0
    private var zeros = 0
    private(set) var minimum = Float.infinity
    private(set) var maximum = -Float.infinity

    init() {}

    init(_ values: UnsafeBufferPointer<Float>) {
        count = values.count
        for value in values {
            sum += Double(value)
            squares += Double(value) * Double(value)
            if value == 0 { zeros += 1 }
            minimum = min(minimum, value)
            maximum = max(maximum, value)
        }
    }

    mutating func add(_ other: RunningMoments) {
        count += other.count
        sum += other.sum
        squares += other.squares
        zeros += other.zeros
        minimum = min(minimum, other.minimum)
        maximum = max(maximum, other.maximum)
    }

    /// Whether all numbers are: no sum of 32-bit numbers leaves the range of 64 bits.
    var isFinite: Bool { sum.isFinite }
    var mean: Double { count == 0 ? 0 : sum / Double(count) }
    var standardDeviation: Double {
        count == 0 ? 0 : max(squares / Double(count) - mean * mean, 0).squareRoot()
    }
    /// Share of exact zeros: what a ReLU cut off.
    var sparsity: Double { count == 0 ? 0 : Double(zeros) / Double(count) }
}
