import Tensors

/// Symmetric joint probabilities of pairs of points, as t-SNE wants to keep them.
///
/// Compressed rows: the partners of point i are `columns[rowStarts[i] ..< rowStarts[i + 1]]`, ascending, with their
/// probabilities in `values` at the same places. All values together sum to 1.
public struct SparseAffinities: Sendable, Equatable {
    public let rowStarts: [Int64]
    public let columns: [Int32]
    public let values: [Double]

    /// Number of points.
    public var samples: Int { rowStarts.count - 1 }

    /// Affinities of points among which `neighbors` are the nearest, with an effective number of `perplexity` of them:
    /// p_ij = (p(j | i) + p(i | j)) / 2n.
    ///
    /// Use three times as many neighbours as the perplexity: farther ones have next to no weight.
    /// - Throws: `EmbeddingError.outOfRange` when the perplexity is below 1 or above the number of neighbours.
    /// - Complexity: O(samples · neighbours · log(neighbours))
    public init(neighbors: NeighborTable, perplexity: Double, threads: Int = 1) throws(EmbeddingError) {
        guard perplexity >= 1, perplexity <= Double(neighbors.count) else {
            throw .outOfRange(parameter: "perplexity", value: perplexity.spelled, range: "1...\(neighbors.count)")
        }
        let calibration = PerplexityCalibration(neighbors, perplexity: perplexity, threads: threads)
        let forward = CompressedRows(calibration.probabilities, at: neighbors, threads: threads)
        let backward = CompressedRows(transposing: forward)
        let samples = neighbors.samples
        let blocks = TileRanges(samples, 256)

        let lengths = Buffer<Int64>(count: samples, repeating: 0)
        parallelFor(blocks.count, threads: threads) { block in
            for row in blocks[block] {
                forward.forEachPair(with: backward, row: row) { _, _, _ in lengths.base[row] += 1 }
            }
        }
        var starts: [Int64] = [0]
        for row in 0..<samples { starts.append(starts[row] + lengths.base[row]) }

        let columns = Buffer<Int32>(count: Int(starts[samples]), repeating: 0)
        let values = Buffer<Double>(count: Int(starts[samples]), repeating: 0)
        parallelFor(blocks.count, threads: threads) { [starts] block in
            for row in blocks[block] {
                var place = Int(starts[row])
                forward.forEachPair(with: backward, row: row) { column, here, there in
                    columns.base[place] = column
                    values.base[place] = (here + there) / Double(2 * samples)
                    place += 1
                }
            }
        }
        rowStarts = starts
        self.columns = Array(UnsafeBufferPointer(start: columns.base, count: columns.count))
        self.values = Array(UnsafeBufferPointer(start: values.base, count: values.count))
    }

    /// No affinities between `samples` points: what is left of t-SNE then is repulsion.
    package static func none(samples: Int) -> SparseAffinities {
        SparseAffinities(rowStarts: [Int64](repeating: 0, count: samples + 1), columns: [], values: [])!
    }

    /// Affinities that were made before and kept in their parts; `nil` where the parts do not fit each other.
    public init?(rowStarts: [Int64], columns: [Int32], values: [Double]) {
        let samples = rowStarts.count - 1
        guard rowStarts.first == 0, rowStarts.last == Int64(columns.count), columns.count == values.count,
            zip(rowStarts, rowStarts.dropFirst()).allSatisfy({ $0 <= $1 }),
            columns.allSatisfy({ $0 >= 0 && $0 < samples }), values.allSatisfy(\.isFinite)
        else { return nil }
        (self.rowStarts, self.columns, self.values) = (rowStarts, columns, values)
    }
}
