import COpenBLAS

/// The largest eigenvalues of a symmetric matrix and their vectors.
public struct SymmetricEigenvectors: Sendable {
    /// Why there are none.
    public enum Failure: Error, Equatable {
        /// The matrix holds a NaN or an infinity.
        case notFinite
        /// LAPACK gave up; its status.
        case notFound(status: Int)
    }

    /// Descending.
    public let values: [Double]
    /// `[count, side]` in row-major order: the vector of each value, of length 1 and of either sign.
    public let vectors: [Double]

    /// - Parameter matrix: `[side, side]`, destroyed.
    /// - Throws: `Failure`; what LAPACK makes of numbers that are none is not said anywhere.
    /// - Complexity: O(side³)
    public init(_ matrix: consuming [Double], side: Int, count: Int) throws(Failure) {
        precondition(matrix.count == side * side && count >= 1 && count <= side, "\(count) of \(side) eigenvalues")
        guard matrix.allSatisfy(\.isFinite) else { throw .notFinite }
        BLAS.useOneThread()
        var order = Int32(side)
        var (first, last) = (Int32(side - count + 1), Int32(side))
        var (unused, tolerance) = (0.0, 0.0)
        var (found, status) = (Int32(0), Int32(0))
        var values = [Double](repeating: 0, count: side)
        var vectors = [Double](repeating: 0, count: side * count)
        var support = [Int32](repeating: 0, count: 2 * side)
        var (work, integerWork) = ([0.0], [Int32(0)])
        var (workCount, integerCount) = (Int32(-1), Int32(-1))
        // The first call only asks how much memory the second one wants.
        for _ in 0..<2 {
            dsyevr_(
                "V", "I", "U", &order, &matrix, &order, &unused, &unused, &first, &last, &tolerance, &found, &values,
                &vectors, &order, &support, &work, &workCount, &integerWork, &integerCount, &status)
            guard status == 0 else { throw .notFound(status: Int(status)) }
            if workCount == -1 {
                workCount = Int32(work[0])
                integerCount = integerWork[0]
                work = [Double](repeating: 0, count: Int(workCount))
                integerWork = [Int32](repeating: 0, count: Int(integerCount))
            }
        }
        guard Int(found) == count else { throw .notFound(status: Int(found)) }
        self.values = values.prefix(count).reversed()
        var descending: [Double] = []
        for index in stride(from: count - 1, through: 0, by: -1) {
            descending += vectors[index * side..<(index + 1) * side]
        }
        self.vectors = descending
    }
}
