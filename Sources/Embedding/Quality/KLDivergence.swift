import CKernels
public import Tensors

/// The divergence between affinities and a map, Σ p_ij ln(p_ij / q_ij) in nats, over all pairs in 64 bits.
///
/// The judge of t-SNE maps, whoever made them: q_ij = w_ij / Σ w with w = 1 / (1 + |y_i − y_j|²) and the sum over every
/// ordered pair, where optimisers only estimate it.
/// - Parameter embedding: `[samples, dimensions]`, finite.
/// - Complexity: O(samples² · dimensions)
public func klDivergence(of embedding: Tensor, affinities: SparseAffinities, threads: Int = 1) -> Double {
    precondition(
        embedding.rank == 2 && embedding.shape[0] == affinities.samples,
        "an embedding \(embedding.shape) for affinities of \(affinities.samples) points")
    let (samples, dimensions) = (embedding.shape[0], embedding.shape[1])
    let padded = (samples + 7) / 8 * 8
    // Padding lies so far out that its terms vanish.
    let axes = Buffer<Double>(count: padded * dimensions, repeating: 1e150)
    embedding.withUnsafeBufferPointer { positions in
        for sample in 0..<samples {
            for axis in 0..<dimensions {
                axes.base[axis * padded + sample] = Double(positions[sample * dimensions + axis])
            }
        }
    }
    let blocks = TileRanges(samples, 64)
    let partial = Buffer<Double>(count: blocks.count, repeating: 0)
    parallelFor(blocks.count, threads: threads) { block in
        partial.base[block] = ck_tsne_exact_normalizer(
            axes.base, padded, Int32(dimensions), blocks[block].lowerBound, blocks[block].upperBound)
    }
    let normalizer = (0..<blocks.count).reduce(0) { $0 + partial.base[$1] }
    return affinities.divergence(at: embedding, normalizer: normalizer, threads: threads)
}

extension SparseAffinities {
    /// Σ p ln p + Σ p ln(1 + d²) + ln Z · Σ p, with the given Z.
    func divergence(at embedding: Tensor, normalizer: Double, threads: Int) -> Double {
        let blocks = TileRanges(samples, 256)
        let partial = Buffer<Double>(count: 3 * blocks.count, repeating: 0)
        let dimensions = Int32(embedding.shape[1])
        embedding.withUnsafeBufferPointer { positions in
            let positions = SendableConstPointer(positions.baseAddress!)
            parallelFor(blocks.count, threads: threads) { block in
                let sums = partial.base + 3 * block
                for place in Int(rowStarts[blocks[block].lowerBound])..<Int(rowStarts[blocks[block].upperBound])
                where values[place] > 1e-300 {
                    sums[0] += values[place] * Elementary.log(values[place])
                    sums[1] += values[place]
                }
                sums[2] = ck_tsne_cross_entropy(
                    positions.value, dimensions, rowStarts, columns, values, blocks[block].lowerBound,
                    blocks[block].upperBound)
            }
        }
        var totals = [0.0, 0, 0]
        for block in 0..<blocks.count {
            for term in 0..<3 { totals[term] += partial.base[3 * block + term] }
        }
        return totals[0] + totals[2] + Elementary.log(normalizer) * totals[1]
    }
}
