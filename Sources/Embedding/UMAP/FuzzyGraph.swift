import Tensors

/// Which points belong to each other's neighbourhoods, and how much: a symmetric graph with weights in (0, 1].
///
/// Compressed rows, columns ascending, as in `SparseAffinities`.
public struct FuzzyGraph: Sendable, Equatable {
    public let rowStarts: [Int64]
    public let columns: [Int32]
    public let weights: [Double]

    /// Number of points.
    public var samples: Int { rowStarts.count - 1 }

    /// The fuzzy union of the neighbourhoods of a table: w = w(i, j) + w(j, i) − w(i, j) · w(j, i).
    /// - Complexity: O(samples · neighbours · log(neighbours))
    public init(neighbors: NeighborTable, threads: Int = 1) {
        let memberships = Memberships(neighbors, isOwn: true, threads: threads)
        let forward = CompressedRows(memberships.weights, at: neighbors, threads: threads)
        let backward = CompressedRows(transposing: forward)
        var (starts, columns, weights): ([Int64], [Int32], [Double]) = ([0], [], [])
        for row in 0..<neighbors.samples {
            forward.forEachPair(with: backward, row: row) { column, here, there in
                let weight = here + there - here * there
                guard weight > 0 else { return }
                columns.append(column)
                weights.append(weight)
            }
            starts.append(Int64(columns.count))
        }
        (rowStarts, self.columns, self.weights) = (starts, columns, weights)
    }

    /// Whether there is a way along edges from each point to every other.
    var isConnected: Bool {
        var isReached = [Bool](repeating: false, count: samples)
        var (waiting, count) = ([0], 1)
        isReached[0] = true
        while let point = waiting.popLast() {
            for place in Int(rowStarts[point])..<Int(rowStarts[point + 1]) {
                let other = Int(columns[place])
                guard !isReached[other] else { continue }
                isReached[other] = true
                count += 1
                waiting.append(other)
            }
        }
        return count == samples
    }
}

/// How much each neighbour of a table belongs to the neighbourhood: exp(−(d − ρ) / σ), 1 up to the distance ρ.
package struct Memberships: Sendable {
    /// Distance of the nearest neighbour that is not at the same place; 0 for points of a map's own that are placed anew.
    package let nearest: [Double]
    /// Widths, such that the memberships of a row sum to log2 of the neighbourhood's size.
    package let widths: [Double]
    /// `[samples, neighbours]` in row-major order.
    package let weights: [Double]

    /// - Parameter isOwn: whether the table is of points among themselves; they count in their neighbourhood's size then.
    package init(_ table: NeighborTable, isOwn: Bool, threads: Int) {
        let (samples, count) = (table.samples, table.count)
        let size = Double(count + (isOwn ? 1 : 0))
        // Widths stay above a thousandth of the mean distance, the point itself counted.
        let overall = table.distances.reduce(0, +) / (Double(samples) * size)
        let nearest = Buffer<Double>(count: samples, repeating: 0)
        let widths = Buffer<Double>(count: samples, repeating: 0)
        let weights = Buffer<Double>(count: samples * count, repeating: 1)
        parallelFor((samples + 63) / 64, threads: threads) { block in
            for row in block * 64..<min(samples, (block + 1) * 64) {
                let distances = table.distances[row * count..<(row + 1) * count]
                let rho = isOwn ? distances.first { $0 > 0 } ?? 0 : 0
                let mean = distances.reduce(0, +) / size
                let floor = 1e-3 * (rho > 0 || !isOwn ? mean : overall)
                let width = max(Self.width(distances, rho, target: Elementary.log2(size)), floor)
                nearest.base[row] = rho
                widths.base[row] = width
                for (offset, distance) in distances.enumerated() where distance > rho && width > 0 {
                    weights.base[row * count + offset] = Elementary.exp(-(distance - rho) / width)
                }
            }
        }
        self.nearest = Array(UnsafeBufferPointer(start: nearest.base, count: samples))
        self.widths = Array(UnsafeBufferPointer(start: widths.base, count: samples))
        self.weights = Array(UnsafeBufferPointer(start: weights.base, count: samples * count))
    }

    /// Bisection; the sum grows with the width. 0 where more than `target` neighbours are as near as can be.
    private static func width(_ distances: ArraySlice<Double>, _ rho: Double, target: Double) -> Double {
        let farthest = distances.last! - rho
        guard farthest > 0, Double(distances.count { $0 <= rho }) < target else { return 0 }
        var (low, high) = (0.0, farthest)
        func sum(_ width: Double) -> Double {
            distances.reduce(0) { $0 + ($1 > rho ? Elementary.exp(-($1 - rho) / width) : 1) }
        }
        while sum(high) < target, high < 1e6 * farthest { high *= 2 }
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if sum(middle) < target { low = middle } else { high = middle }
        }
        return high
    }
}
