import Tensors

extension PCA {
    /// Components from the inner products of samples: right when there are fewer samples than features.
    ///
    /// With X the centred points and X Xᵀ u = λ u, Xᵀu / √λ is a component of variance λ / (samples − 1).
    static func fitGram(
        _ points: Tensor, components: Int, threads: Int, _ checkCancellation: @escaping @Sendable () throws -> Void
    ) throws -> PCA {
        let (samples, features) = (points.shape[0], points.shape[1])
        let mean = columnMeans(points, threads: threads)
        let scale = unitScale(of: points, mean: mean)
        let centeredPoints = centered(points, mean: mean, scale: scale, threads: threads)
        let product = SymmetricProduct(side: samples, checkCancellation: checkCancellation)
        let panels = TileRanges(features, 512)
        try centeredPoints.withUnsafeBufferPointer { buffer in
            try product.add(
                buffer.baseAddress!, panels: panels.count, inner: (0..<panels.count).map { panels[$0].count },
                panelStride: 512, rowStride: features, byRows: true, threads: threads)
        }
        let matrix = product.matrix()
        let total = (0..<samples).reduce(0.0) { $0 + matrix[$1 * samples + $1] }
        let eigen = try PCA.eigenvectors(matrix, side: samples, count: components)
        let weights = Tensor(shape: [components, samples], eigen.vectors.map { Float($0) })
        var directions = Tensor.product(weights, centeredPoints, threads: threads).scalars.map(Double.init)
        orthonormalizeRows(&directions, count: components, length: features)
        let divisor = Double(samples - 1) * scale * scale
        return PCA(
            samples: samples, mean: mean, variances: eigen.values.map { $0 / divisor }, directions: directions,
            totalVariance: total / divisor)
    }
}
