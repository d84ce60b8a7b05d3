public import Tensors

extension TSNE {
    /// Standard deviation of the first coordinate at the start: small against the kernel's width 1.
    private static let spread = 1e-4

    /// The points' first principal components, scaled to a standard deviation of 1e-4 along the first, with a
    /// hundredth of that as jitter, so that equal points start apart. Points that do not vary start as jitter alone.
    /// - Returns: `[samples, dimensions]`, centred on the origin.
    /// - Throws: `EmbeddingError` unless the points are finite and at least two.
    public func start(
        for points: Tensor, threads: Int = 1, checkCancellation: @escaping @Sendable () throws -> Void = {}
    ) throws -> Tensor {
        try requirePoints(points)
        let (samples, features) = (points.shape[0], points.shape[1])
        let components = min(dimensions, samples, features)
        let pca = try PCA.fit(
            points, components: components, solver: min(samples, features) > 64 ? .randomized : .automatic,
            seed: seed, threads: threads, checkCancellation: checkCancellation)
        let scores = pca.transform(points, threads: threads)
        let deviation = pca.explainedVariance[0].squareRoot()
        let scale = deviation > 0 ? Self.spread / deviation : 0
        let random = CounterRandom(seed: seed).stream("tsne.jitter")
        return Tensor(uninitialized: [samples, dimensions]) { target in
            var sums = [Double](repeating: 0, count: dimensions)
            scores.withUnsafeBufferPointer { scores in
                for sample in 0..<samples {
                    for axis in 0..<dimensions {
                        let score = axis < components ? Double(scores[sample * components + axis]) * scale : 0
                        let jitter = Double(random[sample].normal(axis)) * Self.spread / 100
                        target[sample * dimensions + axis] = Float(score + jitter)
                        sums[axis] += score + jitter
                    }
                }
            }
            for place in target.indices {
                target[place] -= Float(sums[place % dimensions] / Double(samples))
            }
        }
    }
}
