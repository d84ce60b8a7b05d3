import CKernels
public import Tensors

extension TSNE {
    /// Places other points into a finished map, which stays as it is.
    ///
    /// Each begins at the median of its nearest points' positions and takes 250 steps down the divergence of its own
    /// affinities, of perplexity 5 and half as strong again, under the repulsion of the whole map: openTSNE 1.0.4's
    /// schedule. It sees no other new point, so where it comes does not depend on what is placed with it.
    /// - Parameters:
    ///   - others: `[count, features]`, finite.
    ///   - map: `[samples, dimensions]`: the positions of `points`.
    ///   - points: `[samples, features]`: what the map was made of, three samples or more.
    /// - Returns: `[count, dimensions]`
    /// - Throws: `EmbeddingError` for other points, or features that differ.
    /// - Complexity: O(count · samples · (features + steps))
    public func place(
        _ others: Tensor, in map: Tensor, of points: Tensor, metric: Metric = .euclidean, threads: Int = 1,
        checkCancellation: @escaping @Sendable () throws -> Void = {}
    ) throws -> Tensor {
        let (samples, dimensions) = (map.shape[0], self.dimensions)
        precondition(map.shape == [points.shape[0], dimensions], "a map \(map.shape) of points \(points.shape)")
        guard samples >= 3 else { throw EmbeddingError.tooFewSamples(samples, needed: 3, because: "placing others") }
        let table = try exactNeighbors(
            of: others, in: points, count: min(Placing.startNeighbors, samples), metric: metric, threads: threads,
            checkCancellation: checkCancellation)
        let near = table.prefix(min(Placing.neighbors, samples))
        let calibration = PerplexityCalibration(near, perplexity: Double(near.count) / 3, threads: threads)
        let padded = (samples + 1 + 15) / 16 * 16
        // Padding lies so far out that its terms vanish; the first slot is for the point that moves.
        let axes = Buffer<Float>(count: padded * dimensions, repeating: 1e18)
        for sample in 0..<samples {
            for axis in 0..<dimensions { axes.base[axis * padded + 1 + sample] = map[sample, axis] }
        }
        let pool = ScratchPool(count: axes.count)
        let placed = Buffer<Float>(count: table.samples * dimensions, repeating: 0)
        try parallelForThrowing(table.samples, threads: threads) { row in
            try checkCancellation()
            pool.withBlock { own in
                own.update(from: axes.base, count: axes.count)
                var placing = Placing(
                    axes: own, padded: padded, dimensions: dimensions,
                    neighbors: Array(near.indices[row * near.count..<(row + 1) * near.count]),
                    affinities: calibration.probabilities[row * near.count..<(row + 1) * near.count].map { Float($0) })
                placing.start(at: table.indices[row * table.count..<(row + 1) * table.count])
                for _ in 0..<Placing.steps { placing.step() }
                for axis in 0..<dimensions { placed.base[row * dimensions + axis] = placing.position[axis] }
            }
        }
        return Tensor(uninitialized: [table.samples, dimensions]) {
            $0.baseAddress!.update(from: placed.base, count: placed.count)
        }
    }
}

/// One point on its way to its place.
private struct Placing {
    let axes: UnsafeMutablePointer<Float>
    let padded: Int
    let dimensions: Int
    let neighbors: [Int32]
    let affinities: [Float]

    private(set) var position: SIMD4<Float> = .zero
    private var update: SIMD4<Float> = .zero
    private var gains = SIMD4<Float>(repeating: 1)

    static let startNeighbors = 25
    static let neighbors = 15
    static let steps = 250
    private static let exaggeration: Float = 1.5
    private static let learningRate: Float = 0.1
    private static let longestGradient: Float = 0.25

    init(
        axes: UnsafeMutablePointer<Float>, padded: Int, dimensions: Int, neighbors: [Int32], affinities: [Float]
    ) {
        (self.axes, self.padded, self.dimensions) = (axes, padded, dimensions)
        (self.neighbors, self.affinities) = (neighbors, affinities)
    }

    /// Goes to the median of some points of the map, coordinate by coordinate.
    mutating func start(at points: ArraySlice<Int32>) {
        for axis in 0..<dimensions {
            let sorted = points.map { axes[axis * padded + 1 + Int($0)] }.sorted()
            let (low, high) = (sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2])
            position[axis] = (low + high) / 2
        }
    }

    mutating func step() {
        for axis in 0..<dimensions { axes[axis * padded] = position[axis] }
        var force = [Float](repeating: 0, count: 3)
        let normalizer = ck_tsne_exact_repulsion(axes, padded, Int32(dimensions), 0, 1, &force)
        var gradient = SIMD4<Float>.zero
        for (neighbor, affinity) in zip(neighbors, affinities) {
            var difference = SIMD4<Float>.zero
            for axis in 0..<dimensions { difference[axis] = position[axis] - axes[axis * padded + 1 + Int(neighbor)] }
            gradient += difference * (Self.exaggeration * affinity / (1 + (difference * difference).sum()))
        }
        for axis in 0..<dimensions where normalizer > 0 {
            gradient[axis] -= force[axis] / Float(normalizer)
        }
        let length = (gradient * gradient).sum().squareRoot()
        if length > Self.longestGradient { gradient *= Self.longestGradient / length }
        for axis in 0..<dimensions {
            let isTurning = (update[axis] > 0) != (gradient[axis] > 0)
            gains[axis] = isTurning ? gains[axis] + 0.2 : gains[axis] * 0.8 + 0.01
            update[axis] = TSNE.momentum * update[axis] - Self.learningRate * gains[axis] * gradient[axis]
            position[axis] += update[axis]
        }
    }
}
