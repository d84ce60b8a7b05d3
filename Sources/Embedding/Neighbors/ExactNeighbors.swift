import CKernels
import COpenBLAS
import Synchronization
public import Tensors

/// The `count` nearest other points of every point.
///
/// Exact: matrix products in 32 bits find candidates by lower bounds of their distances, distances of the candidates
/// are computed again in 64 bits from the points as given, and each row is certified, or searched again with a wider
/// margin. Order is total, by (distance, index), so the result does not depend on threads or tiles.
///
/// - Parameter points: `[samples, features]`, finite. Cosine distances are those of rows scaled to length 1 and rounded
///   to 32 bits.
/// - Parameter checkCancellation: called many times a second, from several threads; what it throws ends the search.
/// - Throws: `EmbeddingError` unless the points are finite and `1 ≤ count < samples`.
/// - Complexity: O(samples² · features / 2) multiply-adds; memory for `samples · (count + 100)` words.
public func exactNeighbors(
    of points: Tensor, count: Int, metric: Metric = .euclidean, threads: Int = 1,
    checkCancellation: @escaping @Sendable () throws -> Void = {}
) throws -> NeighborTable {
    try requirePoints(points)
    guard count >= 1 else { throw EmbeddingError.outOfRange(parameter: "count", value: "\(count)", range: "1 or more") }
    guard count < points.shape[0] else { throw EmbeddingError.tooManyNeighbors(count, available: points.shape[0] - 1) }
    let points = metric == .cosine ? unitRows(points) : points
    return try NeighborSearch(
        queries: nil, points: points, count: count, metric: metric, threads: threads,
        checkCancellation: checkCancellation
    ).run()
}

/// The `count` nearest of `points` to every one of `queries`, which are other points: an equal one counts as a
/// neighbour at distance 0. A query's row does not depend on the other queries.
/// - Throws: `EmbeddingError` unless all is finite, features agree and `1 ≤ count ≤ points`.
/// - Complexity: O(queries · points · features) multiply-adds.
public func exactNeighbors(
    of queries: Tensor, in points: Tensor, count: Int, metric: Metric = .euclidean, threads: Int = 1,
    checkCancellation: @escaping @Sendable () throws -> Void = {}
) throws -> NeighborTable {
    try requirePoints(queries)
    try requirePoints(points)
    guard queries.shape[1] == points.shape[1] else {
        throw EmbeddingError.featuresDiffer(queries.shape[1], expected: points.shape[1])
    }
    guard count >= 1 else { throw EmbeddingError.outOfRange(parameter: "count", value: "\(count)", range: "1 or more") }
    guard count <= points.shape[0] else { throw EmbeddingError.tooManyNeighbors(count, available: points.shape[0]) }
    let (queries, points) = metric == .cosine ? (unitRows(queries), unitRows(points)) : (queries, points)
    return try NeighborSearch(
        queries: queries, points: points, count: count, metric: metric, threads: threads,
        checkCancellation: checkCancellation
    ).run()
}

/// Rows scaled to length 1, with one more column that is 1 for rows of zeros: equal to each other and at a right angle
/// to everything else.
private func unitRows(_ points: Tensor) -> Tensor {
    let (samples, features) = (points.shape[0], points.shape[1])
    return Tensor(uninitialized: [samples, features + 1]) { target in
        points.withUnsafeBufferPointer { source in
            for row in 0..<samples {
                var sum = 0.0
                for column in 0..<features {
                    sum += Double(source[row * features + column]) * Double(source[row * features + column])
                }
                let factor = sum > 0 ? 1 / sum.squareRoot() : 0
                for column in 0..<features {
                    target[row * (features + 1) + column] = Float(Double(source[row * features + column]) * factor)
                }
                target[row * (features + 1) + features] = sum > 0 ? 0 : 1
            }
        }
    }
}

/// One search: scanning tiles of products, then certifying rows.
private struct NeighborSearch {
    let queries: Tensor?
    let points: Tensor
    let count: Int
    let metric: Metric
    let threads: Int
    let checkCancellation: @Sendable () throws -> Void

    /// Rows and columns of a tile of products.
    static let tile = 512
    /// Candidates beyond those asked for.
    static let margin = 32
    /// Covers what underflow may take from scaled squares.
    static let underflow = 1e-36

    var asking: Tensor { queries ?? points }
    var features: Int { points.shape[1] }

    func run() throws -> NeighborTable {
        BLAS.useOneThread()
        let mean = columnMeans(points, threads: threads)
        let scale = unitScale(of: points, mean: mean)
        let prepared = PreparedPoints(points, mean: mean, scale: scale, threads: threads)
        let preparedQueries = queries.map { PreparedPoints($0, mean: mean, scale: scale, threads: threads) }
        let available = points.shape[0] - (queries == nil ? 1 : 0)
        let store = CandidateStore(rows: asking.shape[0], keep: min(available, count + Self.margin))
        let pool = ScratchPool(count: Self.tile * Self.tile)
        if let preparedQueries {
            try scan(preparedQueries, against: prepared, into: store, pool)
        } else {
            try scanPairs(prepared, into: store, pool)
        }
        return try certify(store, rows: preparedQueries ?? prepared, against: prepared, scale: scale)
    }

    /// Every tile of queries against all points, in order.
    private func scan(
        _ queries: PreparedPoints, against points: PreparedPoints, into store: CandidateStore, _ pool: ScratchPool
    ) throws {
        let tiles = TileRanges(queries.values.shape[0], Self.tile)
        let others = TileRanges(points.values.shape[0], Self.tile)
        try parallelForThrowing(tiles.count, threads: threads) { index in
            let rows = tiles[index]
            try pool.withBlock { products in
                var view = store.view(from: rows.lowerBound)
                for other in 0..<others.count {
                    try checkCancellation()
                    let columns = others[other]
                    multiply(queries.values, rows, points.values, columns, into: products)
                    ck_offer_tile(
                        products, rows.count, columns.count, queries.norms.base + rows.lowerBound,
                        points.norms.base + columns.lowerBound, Int32(rows.lowerBound), Int32(columns.lowerBound), 0,
                        &view, nil)
                }
            }
        }
    }

    /// Every pair of tiles once, serving the rows of both; neighbouring work items touch different tiles, so that the
    /// locks are seldom waited for.
    private func scanPairs(_ points: PreparedPoints, into store: CandidateStore, _ pool: ScratchPool) throws {
        let tiles = TileRanges(points.values.shape[0], Self.tile)
        let pairs = (0..<tiles.count).flatMap { offset in (0..<tiles.count - offset).map { ($0, $0 + offset) } }
        let locks = (0..<tiles.count).map { _ in TileLock() }
        try parallelForThrowing(pairs.count, threads: threads) { index in
            try checkCancellation()
            let (first, second) = pairs[index]
            let (rows, columns) = (tiles[first], tiles[second])
            pool.withBlock { products in
                multiply(points.values, rows, points.values, columns, into: products)
                var (view, otherView) = (store.view(from: rows.lowerBound), store.view(from: columns.lowerBound))
                let offer = {
                    ck_offer_tile(
                        products, rows.count, columns.count, points.norms.base + rows.lowerBound,
                        points.norms.base + columns.lowerBound, Int32(rows.lowerBound), Int32(columns.lowerBound),
                        first == second ? 1 : 0, &view, &otherView)
                }
                // Always the lower tile first, so no two work items wait for each other.
                locks[first].hold { first == second ? offer() : locks[second].hold(offer) }
            }
        }
    }

    /// −2⟨row, column⟩ for all pairs of a tile.
    private func multiply(
        _ left: Tensor, _ rows: Range<Int>, _ right: Tensor, _ columns: Range<Int>,
        into products: UnsafeMutablePointer<Float>
    ) {
        left.withUnsafeBufferPointer { a in
            right.withUnsafeBufferPointer { b in
                cblas_sgemm(
                    CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows.count), Int32(columns.count), Int32(features),
                    -2, a.baseAddress! + rows.lowerBound * features, Int32(features),
                    b.baseAddress! + columns.lowerBound * features, Int32(features), 0, products,
                    Int32(columns.count))
            }
        }
    }

    /// Exact distances of the candidates; rows whose margin was too small are searched again.
    private func certify(
        _ store: CandidateStore, rows: PreparedPoints, against points: PreparedPoints, scale: Double
    ) throws -> NeighborTable {
        let samples = asking.shape[0]
        let indices = Buffer<Int32>(count: samples * count, repeating: 0)
        let squares = Buffer<Double>(count: samples * count, repeating: 0)
        let unsure = Buffer<Bool>(count: samples, repeating: false)
        try parallelForThrowing((samples + 63) / 64, threads: threads) { block in
            try checkCancellation()
            for row in block * 64..<min(samples, (block + 1) * 64) {
                let (candidates, bound) = store.finish(row: row)
                nearest(to: row, among: candidates, indices.base, squares.base)
                let farthest = squares.base[row * count + count - 1] * scale * scale + Self.underflow
                unsure.base[row] = !(farthest < bound)
            }
        }
        let again = (0..<samples).filter { unsure.base[$0] }
        let wide = WideSearch(rows: rows, points: points, excludesSelf: queries == nil)
        let groups = TileRanges(again.count, WideSearch.groupSize)
        try parallelForThrowing(groups.count, threads: threads) { group in
            try checkCancellation()
            let members = Array(again[groups[group]])
            let limits = members.map { squares.base[$0 * count + count - 1] * scale * scale + Self.underflow }
            for (row, candidates) in zip(members, wide.candidates(of: members, within: limits)) {
                nearest(to: row, among: candidates, indices.base, squares.base)
            }
        }
        let distances = UnsafeBufferPointer(start: squares.base, count: squares.count).map { square in
            metric == .cosine ? square / 2 : square.squareRoot()
        }
        return NeighborTable(
            samples: samples, count: count,
            indices: Array(UnsafeBufferPointer(start: indices.base, count: indices.count)), distances: distances)
    }

    /// Writes the nearest candidates of a row, by exact distance and index.
    private func nearest(
        to row: Int, among candidates: [Int32], _ indices: UnsafeMutablePointer<Int32>,
        _ squares: UnsafeMutablePointer<Double>
    ) {
        var exact = [Double](repeating: 0, count: candidates.count)
        asking.withUnsafeBufferPointer { queries in
            points.withUnsafeBufferPointer { points in
                ck_squared_distances(
                    queries.baseAddress! + row * features, points.baseAddress!, features, candidates,
                    candidates.count, &exact)
            }
        }
        let order = candidates.indices.sorted { (exact[$0], candidates[$0]) < (exact[$1], candidates[$1]) }
        for (rank, place) in order.prefix(count).enumerated() {
            indices[row * count + rank] = candidates[place]
            squares[row * count + rank] = exact[place]
        }
    }
}

/// Guards the candidates of one tile of rows.
private final class TileLock: Sendable {
    private let mutex = Mutex(())
    func hold(_ body: () -> Void) { mutex.withLock { _ in body() } }
}
