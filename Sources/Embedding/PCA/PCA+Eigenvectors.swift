import Tensors

extension PCA {
    /// The largest eigenvalues of products of points, and their vectors.
    /// - Parameter matrix: symmetric, `[side, side]`.
    static func eigenvectors(
        _ matrix: consuming [Double], side: Int, count: Int
    ) throws(EmbeddingError) -> SymmetricEigenvectors {
        do throws(SymmetricEigenvectors.Failure) {
            return try SymmetricEigenvectors(matrix, side: side, count: count)
        } catch {
            switch error {
            case .notFinite: throw .tooFarApart
            case .notFound(let status): throw .eigenvaluesNotFound(status: status)
            }
        }
    }
}
