import CKernels
public import Tensors

/// Share of random triplets of samples whose order of distances a map keeps: which of two others is nearer to the first.
///
/// A measure of the whole arrangement, where neighbour measures see only what is close. About 0.5 for a map unrelated
/// to the points, 1 for one that keeps every order.
///
/// Source: Wang, Huang, Rudin & Shaposhnik, JMLR 22 (2021) 201, section 5.
/// - Parameters:
///   - embedding: `[samples, dimensions]`, finite.
///   - points: `[samples, features]`, finite.
///   - perSample: triplets that begin at each sample.
/// - Throws: `EmbeddingError` unless all is finite and there are at least three samples.
/// - Complexity: O(samples · perSample · features)
public func tripletAccuracy(
    of embedding: Tensor, points: Tensor, perSample: Int = 5, seed: Int = 0, threads: Int = 1
) throws(EmbeddingError) -> Double {
    try requirePoints(points)
    try requirePoints(embedding)
    let samples = points.shape[0]
    precondition(embedding.shape[0] == samples, "an embedding \(embedding.shape) of points \(points.shape)")
    precondition(perSample > 0, "\(perSample) triplets per sample")
    guard samples >= 3 else { throw .tooFewSamples(samples, needed: 3, because: "a triplet") }
    let random = CounterRandom(seed: seed).stream("triplets")
    let blocks = TileRanges(samples, 256)
    let kept = Buffer<Int>(count: blocks.count, repeating: 0)
    parallelFor(blocks.count, threads: threads) { block in
        for sample in blocks[block] {
            for triplet in 0..<perSample {
                // Two different others: skip the sample itself, then the first one chosen.
                let first = random[sample].integer(2 * triplet, below: samples - 1)
                var second = random[sample].integer(2 * triplet + 1, below: samples - 2)
                if second >= first { second += 1 }
                let others = [first, second].map { Int32($0 < sample ? $0 : $0 + 1) }
                let (before, after) = (squares(points, sample, others), squares(embedding, sample, others))
                if (before[0] < before[1]) == (after[0] < after[1]) { kept.base[block] += 1 }
            }
        }
    }
    return Double((0..<blocks.count).reduce(0) { $0 + kept.base[$1] }) / Double(samples * perSample)
}

private func squares(_ points: Tensor, _ sample: Int, _ others: [Int32]) -> [Double] {
    let features = points.shape[1]
    var result = [Double](repeating: 0, count: others.count)
    points.withUnsafeBufferPointer { points in
        ck_squared_distances(
            points.baseAddress! + sample * features, points.baseAddress!, features, others, others.count, &result)
    }
    return result
}
