/// Eigenvectors of the few numbers that describe colours.
enum SymmetricMatrix {
    /// Eigenvalues in descending order, and eigenvectors as columns, row-major; the largest element of each is positive.
    ///
    /// Rotations of Jacobi (1846), which end exactly orthogonal however close the eigenvalues lie.
    static func eigenvectors(of matrix: [Double], size: Int) -> (values: [Double], vectors: [Double]) {
        var a = matrix
        var vectors = (0..<size * size).map { $0 / size == $0 % size ? 1.0 : 0 }
        for _ in 0..<50 {
            for p in 0..<size {
                for q in p + 1..<size where a[p * size + q] != 0 {
                    let ratio = (a[q * size + q] - a[p * size + p]) / (2 * a[p * size + q])
                    let tangent = (ratio < 0 ? -1 : 1) / (abs(ratio) + (ratio * ratio + 1).squareRoot())
                    let cosine = 1 / (tangent * tangent + 1).squareRoot()
                    let sine = tangent * cosine
                    rotate(&a, size, p, q, cosine, sine, rowsToo: true)
                    rotate(&vectors, size, p, q, cosine, sine, rowsToo: false)
                    // Zero but for rounding; exactly so, the rounds come to an end.
                    (a[p * size + q], a[q * size + p]) = (0, 0)
                }
            }
        }
        let order = (0..<size).sorted { a[$0 * size + $0] > a[$1 * size + $1] }
        let sorted = (0..<size * size).map { vectors[$0 / size * size + order[$0 % size]] }
        let signs = (0..<size).map { column in
            let elements = (0..<size).map { sorted[$0 * size + column] }
            return elements.max { abs($0) < abs($1) }! < 0 ? -1.0 : 1
        }
        return (order.map { a[$0 * size + $0] }, sorted.enumerated().map { $1 * signs[$0 % size] })
    }

    /// Turns columns p and q into each other, and rows too where asked for.
    private static func rotate(
        _ a: inout [Double], _ size: Int, _ p: Int, _ q: Int, _ cosine: Double, _ sine: Double, rowsToo: Bool
    ) {
        for row in 0..<size {
            let (x, y) = (a[row * size + p], a[row * size + q])
            (a[row * size + p], a[row * size + q]) = (cosine * x - sine * y, sine * x + cosine * y)
        }
        guard rowsToo else { return }
        for column in 0..<size {
            let (x, y) = (a[p * size + column], a[q * size + column])
            (a[p * size + column], a[q * size + column]) = (cosine * x - sine * y, sine * x + cosine * y)
        }
    }
}
