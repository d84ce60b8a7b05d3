public import Tensors

extension TSNE {
    /// A finished map.
    public struct Result: Sendable {
        /// `[samples, dimensions]`, centred on the origin, unitless.
        public let positions: Tensor
        /// Exact divergence of the map from the affinities, in nats.
        public let divergence: Double
    }

    /// The affinities of points for this perplexity, over exact nearest neighbours.
    /// - Parameter checkCancellation: called many times a second, from several threads; what it throws ends the search.
    /// - Throws: `EmbeddingError` for points that are not finite, or too few for the perplexity.
    public func affinities(
        of points: Tensor, metric: Metric = .euclidean, threads: Int = 1,
        checkCancellation: @escaping @Sendable () throws -> Void = {}
    ) throws -> SparseAffinities {
        try requirePoints(points)
        try validate(samples: points.shape[0])
        let neighbors = try exactNeighbors(
            of: points, count: neighborCount, metric: metric, threads: threads, checkCancellation: checkCancellation)
        try checkCancellation()
        return try SparseAffinities(neighbors: neighbors, perplexity: perplexity, threads: threads)
    }

    /// The map of points, from neighbours to the last iteration.
    ///
    /// Stages that save and restore use the parts: `affinities(of:)`, `start(for:)` and `TSNEOptimizer`.
    /// - Parameter points: `[samples, features]`, finite, more than three times the perplexity.
    /// - Throws: `EmbeddingError`.
    public func embed(
        _ points: Tensor, metric: Metric = .euclidean, threads: Int = 1
    ) throws -> Result {
        let affinities = try affinities(of: points, metric: metric, threads: threads)
        let optimizer = TSNEOptimizer(
            affinities: affinities, state: TSNEState(start: try start(for: points, threads: threads)),
            parameters: self, threads: threads)
        while optimizer.iteration < iterations { optimizer.step() }
        let positions = optimizer.state.positions
        return Result(
            positions: positions,
            divergence: klDivergence(of: positions, affinities: affinities, threads: threads))
    }
}
