import CKernels
import Tensors

/// Gaussian weights of each row's neighbours, as wide as it takes to reach one perplexity.
package struct PerplexityCalibration: Sendable {
    /// Per row the factor of squared distances in the exponent: 1 / (2σ²).
    package let precisions: [Double]

    /// `[samples, neighbours]` in row-major order: conditional probabilities p(j | i), each row summing to 1.
    package let probabilities: [Double]

    /// Finds the widths for the neighbours of `table`.
    ///
    /// The entropy of a row falls as the precision grows, so its equation with ln(perplexity) is solved by Newton's
    /// method on the logarithm of the precision, kept inside a shrinking bracket. Rows that cannot reach the
    /// perplexity have a defined result too: neighbours all equally far get equal shares at any precision, and with
    /// more nearest neighbours at one distance than the perplexity those share everything.
    /// - Complexity: O(samples · neighbours), some 6 evaluations each.
    package init(_ table: NeighborTable, perplexity: Double, threads: Int) {
        let (samples, count) = (table.samples, table.count)
        let precisions = Buffer<Double>(count: samples, repeating: 0)
        let probabilities = Buffer<Double>(count: samples * count, repeating: 0)
        parallelFor((samples + 63) / 64, threads: threads) { block in
            var squares = [Double](repeating: 0, count: count)
            for row in block * 64..<min(samples, (block + 1) * 64) {
                // Only differences matter, and the smallest square as zero keeps the exponentials in range.
                let nearest = table.distances[row * count] * table.distances[row * count]
                for place in 0..<count {
                    let distance = table.distances[row * count + place]
                    squares[place] = distance * distance - nearest
                }
                precisions.base[row] = Self.calibrate(
                    squares, target: Elementary.log(perplexity), weights: probabilities.base + row * count)
            }
        }
        self.precisions = Array(UnsafeBufferPointer(start: precisions.base, count: samples))
        self.probabilities = Array(UnsafeBufferPointer(start: probabilities.base, count: samples * count))
    }

    /// Solves one row; `weights` receives its probabilities.
    private static func calibrate(
        _ squares: [Double], target: Double, weights: UnsafeMutablePointer<Double>
    ) -> Double {
        let mean = squares.reduce(0, +) / Double(squares.count)
        guard mean > 0 else {
            weights.update(repeating: 1 / Double(squares.count), count: squares.count)
            return 0
        }
        var logarithm = -Elementary.log(mean)
        var (low, high) = (logarithm - 50, logarithm + 50)
        var sums = [0.0, 0, 0]
        for _ in 0..<100 {
            let precision = Elementary.exp(logarithm)
            ck_gaussian_moments(squares, squares.count, precision, weights, &sums)
            let average = sums[1] / sums[0]
            let excess = Elementary.log(sums[0]) + precision * average - target
            if abs(excess) < 1e-10 { break }
            if excess > 0 { low = logarithm } else { high = logarithm }
            let variance = sums[2] / sums[0] - average * average
            let newton = logarithm + excess / (precision * precision * variance)
            let next = newton > low && newton < high ? newton : (low + high) / 2
            if next == logarithm { break }
            logarithm = next
        }
        for place in squares.indices { weights[place] /= sums[0] }
        return Elementary.exp(logarithm)
    }
}
