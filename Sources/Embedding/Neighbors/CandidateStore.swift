import CKernels

/// For each row the candidates that may be among its nearest, by lower bounds of their squared distances.
struct CandidateStore: Sendable {
    /// Candidates that survive: a few more than asked for, so that the margin certifies the rest as farther.
    let keep: Int
    private let capacity: Int
    private let keys: Buffer<UInt64>
    private let counts: Buffer<Int32>
    private let thresholds: Buffer<Float>

    init(rows: Int, keep: Int) {
        self.keep = keep
        capacity = keep + 64
        keys = Buffer(count: rows * capacity, repeating: 0)
        counts = Buffer(count: rows, repeating: 0)
        thresholds = Buffer(count: rows, repeating: .infinity)
    }

    /// What the scanning loop sees of the rows from `first` on.
    func view(from first: Int) -> ck_candidates {
        ck_candidates(
            keys: keys.base + first * capacity, counts: counts.base + first, thresholds: thresholds.base + first,
            capacity: Int32(capacity), keep: Int32(keep))
    }

    /// The kept candidates of a row, in no order, and a bound below which none of the others can lie.
    func finish(row: Int) -> (indices: [Int32], bound: Double) {
        let words = keys.base + row * capacity
        let count = Int(counts.base[row])
        let kept = min(count, keep)
        ck_select_smallest(words, count, kept)
        let chosen = UnsafeBufferPointer(start: words, count: kept)
        let complete = count <= keep && thresholds.base[row] == .infinity
        let bound = complete ? .infinity : Double(Float(bitPattern: UInt32((chosen.max() ?? 0) >> 32)))
        return (chosen.map { Int32(truncatingIfNeeded: $0 & 0xFFFF_FFFF) }, bound)
    }
}
