import COpenBLAS

extension Tensor {
    /// The matrix product of `[rows, inner]` (or its transpose) and `[inner, columns]` (or its transpose).
    ///
    /// OpenBLAS runs on one thread and the work is cut into tiles of rows whose height does not depend on `threads`,
    /// so the result has the same bits for any number of threads.
    public static func product(
        _ left: Tensor, transposed leftTransposed: Bool = false,
        _ right: Tensor, transposed rightTransposed: Bool = false, threads: Int = 1
    ) -> Tensor {
        precondition(left.rank == 2 && right.rank == 2, "a product of matrices, not \(left.shape) and \(right.shape)")
        let rows = leftTransposed ? left.shape[1] : left.shape[0]
        let inner = leftTransposed ? left.shape[0] : left.shape[1]
        let columns = rightTransposed ? right.shape[0] : right.shape[1]
        precondition(
            inner == (rightTransposed ? right.shape[1] : right.shape[0]),
            "\(left.shape) and \(right.shape) do not fit in a matrix product")
        BLAS.useOneThread()
        let tileHeight = 256
        return Tensor(uninitialized: [rows, columns]) { target in
            left.withUnsafeBufferPointer { a in
                right.withUnsafeBufferPointer { b in
                    guard rows > 0, columns > 0 else { return }
                    let output = SendablePointer(target.baseAddress!)
                    let (aBase, bBase) = (SendableConstPointer(a.baseAddress!), SendableConstPointer(b.baseAddress!))
                    parallelFor((rows + tileHeight - 1) / tileHeight, threads: threads) { tile in
                        let first = tile * tileHeight
                        let height = min(tileHeight, rows - first)
                        cblas_sgemm(
                            CblasRowMajor, leftTransposed ? CblasTrans : CblasNoTrans,
                            rightTransposed ? CblasTrans : CblasNoTrans,
                            Int32(height), Int32(columns), Int32(inner), 1,
                            aBase.value + (leftTransposed ? first : first * inner),
                            Int32(leftTransposed ? rows : inner),
                            bBase.value, Int32(rightTransposed ? inner : columns), 0,
                            output.value + first * columns, Int32(columns))
                    }
                }
            }
        }
    }
}

/// Process-wide settings of OpenBLAS.
public enum BLAS {
    private static let configured: Void = { openblas_set_num_threads(1) }()

    /// Keeps OpenBLAS on the calling thread: its results differ in the last bits between thread counts, so
    /// parallelism is ours, over tiles of fixed size. Call before any other use of OpenBLAS.
    public static func useOneThread() { _ = configured }
}
