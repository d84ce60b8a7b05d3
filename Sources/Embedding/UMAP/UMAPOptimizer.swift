import CKernels
public import Tensors

/// Lays out a fuzzy graph by stochastic gradient descent, the same bits for any number of threads.
///
/// Every epoch has a fixed number of parts. In a part each point walks some of its edges that are due, in order, and
/// moves at once, while it sees the others where they stood before the part. An edge of weight w is due in a share
/// w / max(w) of the epochs; from both of its ends its sampling pulls both points, so each point takes two pulls, then
/// the pushes of its random points together. Which points are random is a function of seed, point and epoch alone.
///
/// - Complexity: per epoch O(edges · (2 + negatives)).
public final class UMAPOptimizer {
    public let parameters: UMAP
    /// Epochs done.
    public private(set) var epoch = 0
    /// All epochs.
    public let epochs: Int

    private let threads: Int
    private let samples: Int
    private let starts: Buffer<Int64>
    private let columns: Buffer<Int32>
    private let shares: Buffer<Float>
    private let keys: Buffer<UInt64>
    private var now: Buffer<Float>
    private var next: Buffer<Float>
    private let curve: UMAPCurve

    /// Parts of an epoch: with fewer, points that pull each other overshoot; with more, threads wait for each other.
    private static let parts = 8

    /// - Parameter start: `[samples, dimensions]`.
    public init(graph: FuzzyGraph, start: Tensor, parameters: UMAP, threads: Int = 1) {
        precondition(
            start.shape == [graph.samples, parameters.dimensions],
            "a start \(start.shape) for \(graph.samples) points in \(parameters.dimensions) dimensions")
        self.parameters = parameters
        self.threads = threads
        samples = graph.samples
        epochs = parameters.epochs(samples: samples)
        curve = UMAPCurve(minimumDistance: parameters.minimumDistance, spread: parameters.spread)
        let edges = Self.dueEdges(of: graph, epochs: epochs)
        (starts, columns, shares) = (Buffer(edges.starts), Buffer(edges.columns), Buffer(edges.shares))
        let random = CounterRandom(seed: parameters.seed).stream("umap.negatives")
        keys = Buffer((0..<graph.samples).map { random.bits($0) })
        (now, next) = (Buffer(start.scalars), Buffer(start.scalars))
    }

    /// Edges that are due at least once, with the share of epochs they are due in.
    private static func dueEdges(
        of graph: FuzzyGraph, epochs: Int
    ) -> (starts: [Int64], columns: [Int32], shares: [Float]) {
        let heaviest = graph.weights.max() ?? 1
        var (starts, columns, shares): ([Int64], [Int32], [Float]) = ([0], [], [])
        for row in 0..<graph.samples {
            for place in Int(graph.rowStarts[row])..<Int(graph.rowStarts[row + 1])
            where graph.weights[place] * Double(epochs) >= heaviest {
                columns.append(graph.columns[place])
                shares.append(Float(graph.weights[place] / heaviest))
            }
            starts.append(Int64(columns.count))
        }
        return (starts, columns, shares)
    }

    /// `[samples, dimensions]`
    public var positions: Tensor {
        Tensor(uninitialized: [samples, parameters.dimensions]) {
            $0.baseAddress!.update(from: now.base, count: now.count)
        }
    }

    /// One epoch.
    public func step() {
        var map = ck_umap(
            starts: starts.base, columns: columns.base, shares: shares.base, keys: keys.base, a: Float(curve.a),
            b: Float(curve.b), repulsion: Float(parameters.repulsion), dimensions: Int32(parameters.dimensions),
            pulls: 2, negatives: Int32(parameters.negatives), other_count: Int32(samples))
        let rate = Float(parameters.learningRate * (1 - Double(epoch) / Double(epochs)))
        let blocks = TileRanges(samples, 256)
        for part in 0..<Self.parts {
            var step = ck_umap_step(epoch: Int32(epoch), part: Int32(part), parts: Int32(Self.parts), rate: rate)
            withUnsafePointer(to: &map) { map in
                withUnsafePointer(to: &step) { step in
                    let (map, step) = (SendableConstPointer(map), SendableConstPointer(step))
                    parallelFor(blocks.count, threads: threads) { [now, next] block in
                        let range = blocks[block]
                        ck_umap_move(
                            map.value, step.value, now.base, now.base, next.base, range.lowerBound, range.upperBound)
                    }
                }
            }
            swap(&now, &next)
        }
        epoch += 1
    }

    /// Goes through all epochs that are left.
    /// - Parameter report: called after every epoch with the number of those done; what it throws ends the run.
    public func run(report: (Int) throws -> Void) rethrows {
        while epoch < epochs {
            step()
            try report(epoch)
        }
    }
}
