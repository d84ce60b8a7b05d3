/// How a new pixel is mixed from old ones.
public enum ResampleFilter: Sendable, CaseIterable {
    /// The old pixel under the centre of the new one.
    case nearest
    /// A triangle as wide as the new pixel (antialiased), at least as wide as an old one.
    case bilinear
    /// Keys' cubic with a = −0.5, widened likewise.
    case bicubic

    /// Half the width of the kernel, in old pixels when enlarging.
    var support: Double {
        switch self {
        case .nearest: 0.5
        case .bilinear: 1
        case .bicubic: 2
        }
    }

    func weight(at distance: Double) -> Double {
        let x = abs(distance)
        switch self {
        case .nearest: return x <= 0.5 ? 1 : 0
        case .bilinear: return x < 1 ? 1 - x : 0
        case .bicubic:
            let a = -0.5
            if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
            return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
        }
    }
}

/// For some new pixels along one axis: the first old pixel each is mixed from, and the weights in fixed point.
///
/// The algorithm of Pillow's 8-bit resampling, so that equal pictures come out.
struct ResampleWeights {
    /// Weights are multiples of 2 to the minus this; the loops in CKernels/pictures.c count on it.
    private static let precisionBits = 22

    /// Number of weights per new pixel; those not needed are 0.
    let stride: Int
    /// The old pixels that the new ones are mixed from.
    let oldPixels: Range<Int>
    /// Counted from the first of `oldPixels`.
    private(set) var firstPixels: [Int64] = []
    private(set) var counts: [Int64] = []
    private(set) var weights: [Int32]

    /// Number of new pixels.
    var count: Int { counts.count }

    /// - Parameter positions: which of the `newLength` new pixels are wanted; not empty.
    /// - Complexity: O(positions · kernel)
    init(from oldLength: Int, to newLength: Int, keeping positions: Range<Int>, filter: ResampleFilter) {
        let scale = Double(oldLength) / Double(newLength)
        let widening = max(scale, 1)
        let support = filter.support * widening
        func span(_ position: Int) -> Range<Int> {
            let center = (Double(position) + 0.5) * scale
            return max(Int(center - support + 0.5), 0)..<min(Int(center + support + 0.5), oldLength)
        }
        // Spans begin and end one after the other.
        oldPixels = span(positions.first!).lowerBound..<span(positions.last!).upperBound
        stride = Int(support.rounded(.up)) * 2 + 1
        weights = [Int32](repeating: 0, count: positions.count * stride)
        for (index, position) in positions.enumerated() {
            let center = (Double(position) + 0.5) * scale
            let span = span(position)
            let reciprocal = 1 / widening
            let exact = span.map { filter.weight(at: (Double($0) - center + 0.5) * reciprocal) }
            let sum = exact.reduce(0, +)
            for (tap, weight) in exact.enumerated() {
                let share = sum == 0 ? weight : weight / sum
                let scaled = share * Double(1 << Self.precisionBits)
                weights[index * stride + tap] = Int32(scaled.rounded(.toNearestOrAwayFromZero))
            }
            firstPixels.append(Int64(span.lowerBound - oldPixels.lowerBound))
            counts.append(Int64(span.count))
        }
    }
}
