/// How far apart two points are.
public enum Metric: String, Sendable, CaseIterable {
    /// Length of the difference.
    case euclidean
    /// One minus the cosine of the angle, in 0...2. Rows of zeros have no angle: they are at 0 from each other and at 1
    /// from everything else.
    case cosine
}

/// The nearest points of every point, nearest first; equally near ones by index.
public struct NeighborTable: Sendable, Equatable {
    /// Points that were asked about.
    public let samples: Int

    /// Neighbours of each.
    public let count: Int

    /// `[samples, count]` in row-major order: positions among the points that were searched.
    public let indices: [Int32]

    /// `[samples, count]` in row-major order: distances in the metric of the search, ascending in each row.
    public let distances: [Double]

    public init(samples: Int, count: Int, indices: [Int32], distances: [Double]) {
        precondition(
            indices.count == samples * count && distances.count == samples * count,
            "\(indices.count) indices and \(distances.count) distances for \(samples) × \(count) neighbours")
        self.samples = samples
        self.count = count
        self.indices = indices
        self.distances = distances
    }

    /// The `count` nearest only.
    public func prefix(_ count: Int) -> NeighborTable {
        precondition(count <= self.count, "\(count) neighbours out of a table with \(self.count)")
        var (indices, distances): ([Int32], [Double]) = ([], [])
        for row in 0..<samples {
            indices += self.indices[row * self.count..<row * self.count + count]
            distances += self.distances[row * self.count..<row * self.count + count]
        }
        return NeighborTable(samples: samples, count: count, indices: indices, distances: distances)
    }
}
