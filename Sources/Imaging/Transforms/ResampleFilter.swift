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

/// For each new pixel along one axis: the first old pixel it is mixed from, and the weights in fixed point.
///
/// The algorithm of Pillow's 8-bit resampling, so that equal pictures come out.
struct ResampleWeights {
    /// Weights are multiples of 2 to the minus this; the loops in CKernels/pictures.c count on it.
    private static let precisionBits = 22

    /// Number of weights per new pixel; those not needed are 0.
    let stride: Int
    private(set) var firstPixels: [Int64] = []
    private(set) var counts: [Int64] = []
    private(set) var weights: [Int32] = []

    /// - Complexity: O(oldLength + newLength)
    init(from oldLength: Int, to newLength: Int, filter: ResampleFilter) {
        let scale = Double(oldLength) / Double(newLength)
        let widening = max(scale, 1)
        let support = filter.support * widening
        stride = Int(support.rounded(.up)) * 2 + 1
        weights = [Int32](repeating: 0, count: newLength * stride)
        for position in 0..<newLength {
            let center = (Double(position) + 0.5) * scale
            let first = max(Int(center - support + 0.5), 0)
            let end = min(Int(center + support + 0.5), oldLength)
            let reciprocal = 1 / widening
            let exact = (first..<end).map { filter.weight(at: (Double($0) - center + 0.5) * reciprocal) }
            let sum = exact.reduce(0, +)
            for (index, weight) in exact.enumerated() {
                let share = sum == 0 ? weight : weight / sum
                let scaled = share * Double(1 << Self.precisionBits)
                weights[position * stride + index] = Int32(scaled.rounded(.toNearestOrAwayFromZero))
            }
            firstPixels.append(Int64(first))
            counts.append(Int64(exact.count))
        }
    }
}
