import CKernels
public import Tensors

/// Moves points of a map down the gradient of the divergence between their affinities and the given ones.
///
/// For points y and q_ij = 1 / (1 + |y_i − y_j|²), the gradient (over 4) at y_i is
/// e · Σ_j p_ij q_ij (y_i − y_j) − (1 / Z) · Σ_j q_ij² (y_i − y_j), with exaggeration e and Z = Σ_{i≠j} q_ij. The same
/// state gives the same bits for any number of threads: points are worked on in chunks of fixed size, sums over chunks
/// are taken in order.
///
/// - Complexity: per iteration O(affinities + samples) and the repulsion: all pairs for three dimensions or fewer than
///   2000 points, else a mesh whose side has about 6 nodes per unit of the map's width.
public final class TSNEOptimizer {
    public let parameters: TSNE

    /// Iterations done.
    public private(set) var iteration: Int

    private let samples: Int
    private let dimensions: Int
    private let threads: Int
    /// What the map is to show.
    public let affinities: SparseAffinities
    private let starts: Buffer<Int64>
    private let columns: Buffer<Int32>
    private let values: Buffer<Float>
    private let positions: Buffer<Float>
    private let updates: Buffer<Float>
    private let gains: Buffer<Float>
    private let gradient: Buffer<Float>
    private let repulsion: any Repulsion

    private static let exactBelow = 2000
    private static let chunk = 256

    /// Continues from `state`; `TSNEState(start:)` begins.
    public convenience init(affinities: SparseAffinities, state: TSNEState, parameters: TSNE, threads: Int = 1) {
        let isExact = state.positions.shape[1] != 2 || affinities.samples < Self.exactBelow
        self.init(affinities: affinities, state: state, parameters: parameters, exact: isExact, threads: threads)
    }

    package init(affinities: SparseAffinities, state: TSNEState, parameters: TSNE, exact: Bool, threads: Int) {
        let shape = state.positions.shape
        precondition(
            shape == [affinities.samples, parameters.dimensions],
            "positions \(shape) for affinities of \(affinities.samples) in \(parameters.dimensions) dimensions")
        (samples, dimensions) = (shape[0], shape[1])
        self.parameters = parameters
        self.threads = threads
        self.affinities = affinities
        iteration = state.iteration
        starts = Buffer(affinities.rowStarts)
        columns = Buffer(affinities.columns)
        values = Buffer(affinities.values.map { Float($0) })
        positions = Buffer(state.positions.scalars)
        updates = Buffer(state.updates.scalars)
        gains = Buffer(state.gains.scalars)
        gradient = Buffer(count: samples * dimensions, repeating: 0)
        repulsion =
            exact ? ExactRepulsion(samples: samples, dimensions: dimensions) : MeshRepulsion(samples: samples)
    }

    /// Everything the next iteration depends on.
    public var state: TSNEState {
        TSNEState(
            positions: tensor(positions), updates: tensor(updates), gains: tensor(gains), iteration: iteration)
    }

    private func tensor(_ buffer: Buffer<Float>) -> Tensor {
        Tensor(uninitialized: [samples, dimensions]) { $0.baseAddress!.update(from: buffer.base, count: buffer.count) }
    }

    /// One iteration.
    public func step() {
        computeGradient(exaggeration: parameters.exaggeration(at: iteration))
        let rate = Float(parameters.learningRate(at: iteration, samples: samples))
        let chunks = TileRanges(samples, 4 * Self.chunk)
        let sums = Buffer<Double>(count: chunks.count * dimensions, repeating: 0)
        let (positions, updates, gains, gradient, dimensions) = (
            self.positions, self.updates, self.gains, self.gradient, self.dimensions
        )
        parallelFor(chunks.count, threads: threads) { chunk in
            let first = chunks[chunk].lowerBound * dimensions
            ck_tsne_update(
                positions.base + first, updates.base + first, gains.base + first, gradient.base + first,
                chunks[chunk].count, Int32(dimensions), TSNE.momentum, rate, TSNE.stepLimit,
                sums.base + chunk * dimensions)
        }
        for axis in 0..<dimensions {
            let sum = (0..<chunks.count).reduce(0) { $0 + sums.base[$1 * dimensions + axis] }
            let mean = Float(sum / Double(samples))
            for sample in 0..<samples { positions.base[sample * dimensions + axis] -= mean }
        }
        iteration += 1
    }

    /// A quarter of the divergence's gradient at the present positions: `[samples, dimensions]`.
    package func gradientNow(exaggeration: Double) -> Tensor {
        computeGradient(exaggeration: exaggeration)
        return tensor(gradient)
    }

    private func computeGradient(exaggeration: Double) {
        let normalizer = repulsion.prepare(positions.base, threads: threads)
        let chunks = TileRanges(samples, Self.chunk)
        let (positions, gradient, dimensions) = (self.positions, self.gradient, self.dimensions)
        let (starts, columns, values, repulsion) = (self.starts, self.columns, self.values, self.repulsion)
        parallelFor(chunks.count, threads: threads) { chunk in
            let range = chunks[chunk]
            ck_tsne_attraction(
                positions.base, Int32(dimensions), starts.base, columns.base, values.base, Float(exaggeration),
                range.lowerBound, range.upperBound, gradient.base)
            repulsion.subtract(from: gradient.base, range, positions: positions.base, normalizer: normalizer)
        }
    }

    /// The divergence of the present positions, without exaggeration, in nats; the normaliser is the repulsion's, so on
    /// a mesh a few 1e-4 off. `klDivergence(of:affinities:)` is exact.
    public func divergence() -> Double {
        let normalizer = repulsion.prepare(positions.base, threads: threads)
        return affinities.divergence(at: tensor(positions), normalizer: normalizer, threads: threads)
    }

    /// What a run tells as it goes.
    public struct Progress: Sendable {
        /// Iterations done.
        public let iteration: Int
        /// See `divergence()`.
        public let divergence: Double
        /// `[samples, dimensions]`
        public let positions: Tensor
    }

    /// Iterates to the end of the schedule.
    /// - Parameters:
    ///   - interval: iterations between two reports; the last one is always reported.
    ///   - checkCancellation: called before every iteration; what it throws ends the run, and `state` can be saved.
    ///   - report: may throw as well.
    public func run(
        reportEvery interval: Int = 50, checkCancellation: () throws -> Void, report: (Progress) throws -> Void
    ) rethrows {
        precondition(interval > 0, "a report every \(interval) iterations")
        while iteration < parameters.iterations {
            try checkCancellation()
            step()
            if iteration % interval == 0 || iteration == parameters.iterations {
                try report(
                    Progress(iteration: iteration, divergence: divergence(), positions: tensor(positions)))
            }
        }
    }
}
