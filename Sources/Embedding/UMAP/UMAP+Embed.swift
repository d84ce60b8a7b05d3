public import Tensors

extension UMAP {
    /// The fuzzy graph of points over exact nearest neighbours.
    /// - Parameter checkCancellation: called many times a second, from several threads; what it throws ends the search.
    /// - Throws: `EmbeddingError` for points that are not finite, or fewer than a neighbourhood.
    public func graph(
        of points: Tensor, threads: Int = 1, checkCancellation: @escaping @Sendable () throws -> Void = {}
    ) throws -> FuzzyGraph {
        try requirePoints(points)
        try validate(samples: points.shape[0])
        let neighbors = try exactNeighbors(
            of: points, count: neighborhood - 1, metric: metric, threads: threads,
            checkCancellation: checkCancellation)
        try checkCancellation()
        return FuzzyGraph(neighbors: neighbors, threads: threads)
    }

    /// The map of points, from neighbours to the last epoch.
    /// - Parameter points: `[samples, features]`, finite.
    /// - Returns: `[samples, dimensions]`
    /// - Throws: `EmbeddingError`.
    public func embed(_ points: Tensor, threads: Int = 1) throws -> Tensor {
        let graph = try self.graph(of: points, threads: threads)
        let start = try self.start(for: points, graph: graph, threads: threads)
        let optimizer = UMAPOptimizer(graph: graph, start: start, parameters: self, threads: threads)
        optimizer.run { _ in }
        return optimizer.positions
    }
}
