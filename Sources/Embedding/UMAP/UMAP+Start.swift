public import Tensors

extension UMAP {
    /// The slowest modes of the graph; where it is in pieces, or they are not found, the points' first principal
    /// components. A little noise lets equal points start apart.
    /// - Returns: `[samples, dimensions]`, each coordinate from 0 to 10.
    /// - Throws: `EmbeddingError`, and what `checkCancellation` throws.
    public func start(
        for points: Tensor, graph: FuzzyGraph, threads: Int = 1,
        checkCancellation: @escaping @Sendable () throws -> Void = {}
    ) throws -> Tensor {
        let samples = points.shape[0]
        let modes = try SpectralStart(
            graph, count: dimensions, threads: threads, checkCancellation: checkCancellation)
        var axes: [[Double]]
        if let modes {
            axes = (0..<dimensions).map { Array(modes.vectors[$0 * samples..<($0 + 1) * samples]) }
        } else {
            axes = try components(of: points, threads: threads, checkCancellation)
        }
        let largest = axes.joined().reduce(0) { max($0, abs($1)) }
        let random = CounterRandom(seed: seed).stream("umap.start")
        for axis in 0..<dimensions {
            for sample in 0..<samples {
                let value = largest > 0 ? axes[axis][sample] / largest * 10 : 0
                axes[axis][sample] = value + 1e-4 * Double(random[sample].normal(axis))
            }
            let (low, high) = (axes[axis].min()!, axes[axis].max()!)
            for sample in 0..<samples { axes[axis][sample] = (axes[axis][sample] - low) / max(high - low, 1e-30) * 10 }
        }
        return Tensor(
            shape: [samples, dimensions],
            (0..<samples * dimensions).map { Float(axes[$0 % dimensions][$0 / dimensions]) })
    }

    private func components(
        of points: Tensor, threads: Int, _ checkCancellation: @escaping @Sendable () throws -> Void
    ) throws -> [[Double]] {
        let count = min(dimensions, points.shape[0], points.shape[1])
        let pca = try PCA.fit(
            points, components: count, seed: seed, threads: threads, checkCancellation: checkCancellation)
        let scores = pca.transform(points, threads: threads)
        return (0..<dimensions).map { axis in
            (0..<points.shape[0]).map { axis < count ? Double(scores[$0, axis]) : 0 }
        }
    }
}
