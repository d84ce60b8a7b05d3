import COpenBLAS
public import Tensors

/// How far the neighbours in a map are neighbours of the points too: 1 when all are, less by how far down the points'
/// own ranking the intruders stand.
///
/// T(k) = 1 − 2 / (n k (2n − 3k − 1)) · Σ_i Σ_j max(0, r(i, j) − k) over the k nearest j of i in the map, r(i, j) the rank of
/// j among the points nearest to i. Distances are Euclidean, in 64 bits; equally far points rank by index.
///
/// Source: Venna & Kaski, ICANN 2001, 485–491.
/// - Parameters:
///   - points: `[samples, features]`, finite.
///   - embedding: `[samples, dimensions]`, finite.
///   - count: k, below half the samples.
/// - Throws: `EmbeddingError` for other input.
/// - Complexity: O(samples² · features); 10,000 samples of 784 features take some seconds.
public func trustworthiness(
    of embedding: Tensor, points: Tensor, count: Int = 5, threads: Int = 1
) throws -> Double {
    try requirePoints(points)
    let (samples, features) = (points.shape[0], points.shape[1])
    precondition(embedding.shape.first == samples, "an embedding \(embedding.shape) of points \(points.shape)")
    guard count >= 1, 2 * count < samples else {
        throw EmbeddingError.outOfRange(parameter: "count", value: "\(count)", range: "1...\((samples - 1) / 2)")
    }
    let near = try exactNeighbors(of: embedding, count: count, threads: threads)
    BLAS.useOneThread()
    let mean = columnMeans(points, threads: threads)
    let values = Buffer<Double>(count: samples * features, repeating: 0)
    let norms = Buffer<Double>(count: samples, repeating: 0)
    points.withUnsafeBufferPointer { points in
        for row in 0..<samples {
            for column in 0..<features {
                let value = Double(points[row * features + column]) - mean[column]
                values.base[row * features + column] = value
                norms.base[row] += value * value
            }
        }
    }
    let blocks = TileRanges(samples, 32)
    let partial = Buffer<Int>(count: blocks.count, repeating: 0)
    parallelFor(blocks.count, threads: threads) { block in
        let rows = blocks[block]
        var squares = [Double](repeating: 0, count: rows.count * samples)
        cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows.count), Int32(samples), Int32(features), -2,
            values.base + rows.lowerBound * features, Int32(features), values.base, Int32(features), 0, &squares,
            Int32(samples))
        squares.withUnsafeMutableBufferPointer { squares in
            for (offset, row) in rows.enumerated() {
                let own = squares.baseAddress! + offset * samples
                for other in 0..<samples { own[other] += norms.base[other] }
                own[row] = -.infinity  // A point is nearest to itself, with rank 0.
                for place in row * count..<(row + 1) * count {
                    let neighbor = Int(near.indices[place])
                    let limit = own[neighbor]
                    var rank = 0
                    for other in 0..<samples { rank += own[other] < limit ? 1 : 0 }
                    for other in 0..<neighbor where own[other] == limit { rank += 1 }
                    partial.base[block] += max(0, rank - count)
                }
            }
        }
    }
    let penalty = (0..<blocks.count).reduce(0) { $0 + partial.base[$1] }
    let worst = Double(samples * count) * Double(2 * samples - 3 * count - 1)
    return 1 - 2 * Double(penalty) / worst
}
