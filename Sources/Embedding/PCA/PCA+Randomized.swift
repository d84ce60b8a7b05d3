import Tensors

extension PCA {
    /// Components by subspace iteration with oversampling.
    ///
    /// Each pass multiplies an orthonormal block Q by XᵀX; the eigenvalues of Qᵀ XᵀX Q approach the largest of XᵀX from
    /// below, and iteration ends when those asked for stand still.
    /// Source: Halko, Martinsson & Tropp, SIAM Review 53 (2011) 217–288, algorithm 4.4.
    static func fitRandomized(
        _ points: Tensor, components: Int, seed: Int, threads: Int,
        _ checkCancellation: @escaping @Sendable () throws -> Void
    ) throws -> PCA {
        let (samples, features) = (points.shape[0], points.shape[1])
        let mean = columnMeans(points, threads: threads)
        let scale = unitScale(of: points, mean: mean)
        let centeredPoints = centered(points, mean: mean, scale: scale, threads: threads)
        let total = squaredNorm(centeredPoints, threads: threads)
        let width = min(components + max(10, components / 2), min(samples, features))
        let random = CounterRandom(seed: seed).stream("pca")
        let start = Tensor(uninitialized: [samples, width]) { target in
            for place in target.indices { target[place] = random.normal(place) }
        }
        var basis = orthonormalBasis(
            Tensor.product(centeredPoints, transposed: true, start, threads: threads))
        var eigen = try ritz(basis, basis, width: width, count: components)
        for pass in 1...passes {
            try checkCancellation()
            let scores = Tensor.product(centeredPoints, basis, threads: threads)
            try checkCancellation()
            let image = Tensor.product(centeredPoints, transposed: true, scores, threads: threads)
            let previous = eigen.values
            eigen = try ritz(basis, image, width: width, count: components)
            let settled = zip(eigen.values, previous).allSatisfy { abs($0 - $1) <= 1e-6 * $0 + 1e-8 * eigen.values[0] }
            if settled || pass == passes { break }
            basis = orthonormalBasis(image)
        }
        let rotation = Tensor(shape: [components, width], eigen.vectors.map { Float($0) })
        var directions = Tensor.product(rotation, transposed: false, basis, transposed: true, threads: threads).scalars
            .map(Double.init)
        orthonormalizeRows(&directions, count: components, length: features)
        let divisor = Double(samples - 1) * scale * scale
        return PCA(
            samples: samples, mean: mean, variances: eigen.values.map { $0 / divisor }, directions: directions,
            totalVariance: total / divisor)
    }

    /// Enough for gaps of a few percent between variances; closer ones are mixed without harm.
    private static let passes = 30

    /// Largest eigenvalues and vectors of the symmetric `basisᵀ · image`.
    private static func ritz(
        _ basis: Tensor, _ image: Tensor, width: Int, count: Int
    ) throws(EmbeddingError) -> SymmetricEigenvectors {
        let product = Tensor.product(basis, transposed: true, image).scalars
        var symmetric = [Double](repeating: 0, count: width * width)
        for row in 0..<width {
            for column in 0..<width {
                symmetric[row * width + column] =
                    (Double(product[row * width + column]) + Double(product[column * width + row])) / 2
            }
        }
        return try PCA.eigenvectors(symmetric, side: width, count: count)
    }

    private static func squaredNorm(_ points: Tensor, threads: Int) -> Double {
        let rows = TileRanges(points.shape[0], 256)
        let partial = Buffer<Double>(count: rows.count, repeating: 0)
        let features = points.shape[1]
        points.withUnsafeBufferPointer { buffer in
            let source = SendableConstPointer(buffer.baseAddress!)
            parallelFor(rows.count, threads: threads) { block in
                var sum = 0.0
                for place in rows[block].lowerBound * features..<rows[block].upperBound * features {
                    sum += Double(source.value[place]) * Double(source.value[place])
                }
                partial.base[block] = sum
            }
        }
        return (0..<rows.count).reduce(0) { $0 + partial.base[$1] }
    }
}
