public import Tensors

extension PCA {
    /// Which matrix the components come from.
    public enum Solver: String, Sendable, CaseIterable {
        /// By shape: `covariance` for at most 1024 features and no fewer samples, `gram` for at most 1024 samples,
        /// `randomized` where few components of large matrices are asked, else the smaller of the first two.
        case automatic
        /// Features by features; one pass over the points. Time O(samples · features² + features³).
        case covariance
        /// Samples by samples. Time O(samples² · features + samples³).
        case gram
        /// Subspace iteration from random directions until the variances stand still to about 6 digits.
        /// Time O(samples · features · components · passes), 5 to 30 passes.
        case randomized

        /// What `automatic` takes.
        package static func chosen(samples: Int, features: Int, components: Int) -> Solver {
            if features <= 1024, features <= samples { return .covariance }
            if samples <= 1024 { return .gram }
            let smaller = min(samples, features)
            if 5 * components <= smaller || smaller > 8192 { return .randomized }
            return features <= samples ? .covariance : .gram
        }
    }

    /// Fits components to points in memory.
    /// - Parameters:
    ///   - points: `[samples, features]`, finite, at least two samples.
    ///   - components: 1...min(samples, features).
    ///   - seed: of the random directions; without effect on the exact solvers.
    ///   - checkCancellation: called between pieces of work, from several threads; what it throws ends the fit. Finding the
    ///     eigenvectors of a matrix is one piece.
    /// - Throws: `EmbeddingError` for other points or counts.
    public static func fit(
        _ points: Tensor, components: Int, solver: Solver = .automatic, seed: Int = 0, threads: Int = 1,
        checkCancellation: @escaping @Sendable () throws -> Void = {}
    ) throws -> PCA {
        try requirePoints(points)
        let (samples, features) = (points.shape[0], points.shape[1])
        try requireComponents(components, samples: samples, features: features)
        let solver =
            solver == .automatic
            ? Solver.chosen(samples: samples, features: features, components: components) : solver
        switch solver {
        case .gram: return try fitGram(points, components: components, threads: threads, checkCancellation)
        case .randomized:
            return try fitRandomized(points, components: components, seed: seed, threads: threads, checkCancellation)
        case .covariance, .automatic:
            var accumulator = Accumulator(features: features, threads: threads, checkCancellation: checkCancellation)
            try accumulator.add(points)
            return try accumulator.finish(components: components)
        }
    }

    static func requireComponents(_ count: Int, samples: Int, features: Int) throws(EmbeddingError) {
        guard samples >= 2 else { throw .tooFewSamples(samples, needed: 2, because: "a variance") }
        guard count >= 1 else { throw .outOfRange(parameter: "components", value: "\(count)", range: "1 or more") }
        let limit = min(samples, features)
        guard count <= limit else {
            throw .tooManyComponents(count, limit: limit, samples: samples, features: features)
        }
    }
}
