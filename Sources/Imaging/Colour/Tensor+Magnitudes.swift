public import Tensors

extension Tensor {
    /// The least magnitude that at least this share of the finite elements do not exceed; 0 where there is none.
    ///
    /// Magnitudes order like the bits of their binary form, so two counts of halves of the bits find it exactly.
    /// - Parameter share: in [0, 1].
    /// - Complexity: O(elements)
    public func magnitude(ofShare share: Double) -> Float {
        precondition(0...1 ~= share, "a share is in 0...1, not \(share)")
        return withUnsafeBufferPointer { values in
            var upper = [Int](repeating: 0, count: 1 << 16)
            for value in values where value.isFinite { upper[Int(value.magnitude.bitPattern >> 16)] += 1 }
            let count = upper.reduce(0, +)
            guard count > 0 else { return 0 }
            var rank = max(Int((share * Double(count)).rounded(.up)) - 1, 0)
            let high = Self.interval(of: &rank, in: upper)
            var lower = [Int](repeating: 0, count: 1 << 16)
            for value in values where value.isFinite && Int(value.magnitude.bitPattern >> 16) == high {
                lower[Int(value.magnitude.bitPattern & 0xFFFF)] += 1
            }
            return Float(bitPattern: UInt32(high << 16 | Self.interval(of: &rank, in: lower)))
        }
    }

    /// Where the element of a rank is counted; the rank becomes that in the interval.
    private static func interval(of rank: inout Int, in counts: [Int]) -> Int {
        for (interval, count) in counts.enumerated() {
            if rank < count { return interval }
            rank -= count
        }
        preconditionFailure("no element has this rank")
    }
}
