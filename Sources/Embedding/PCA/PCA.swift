import COpenBLAS
public import Tensors

/// Principal components: the orthogonal directions along which points vary most.
///
/// Source: Pearson, Philosophical Magazine 2 (1901) 559–572; conventions of scikit-learn's `PCA`: variances divide by
/// `samples − 1`, and the entry of largest magnitude in each component is positive.
public struct PCA: Sendable {
    /// How many samples it was fitted to.
    public let samples: Int

    /// `[features]`
    public let mean: Tensor

    /// `[components, features]`: rows of length 1 at right angles, by falling variance.
    public let components: Tensor

    /// Variance along each component, never negative.
    public let explainedVariance: [Double]

    /// Sum of the variances of all features, found or not.
    public let totalVariance: Double

    /// Share of each component in the total variance; zero when nothing varies.
    public var explainedVarianceRatio: [Double] {
        explainedVariance.map { totalVariance > 0 ? $0 / totalVariance : 0 }
    }

    /// - Parameters:
    ///   - variances: descending; what rounding made negative counts as zero.
    ///   - directions: `[components, features]` in row-major order, of any sign.
    init(samples: Int, mean: [Double], variances: [Double], directions: [Double], totalVariance: Double) {
        let features = mean.count
        self.samples = samples
        self.mean = Tensor(shape: [features], mean.map { Float($0) })
        self.totalVariance = max(totalVariance, 0)
        explainedVariance = variances.map { max($0, 0) }
        components = Tensor(uninitialized: [variances.count, features]) { target in
            for row in variances.indices {
                let range = row * features..<(row + 1) * features
                var largest = 0.0
                for value in directions[range] where abs(value) > abs(largest) { largest = value }
                let sign = largest < 0 ? -1.0 : 1
                for place in range { target[place] = Float(sign * directions[place]) }
            }
        }
    }

    /// Coordinates of points along the components: `[samples, components]`. With `whiten`, divided by the standard
    /// deviation of each component; components without variance give zeros.
    /// - Complexity: O(samples · features · components)
    public func transform(_ points: Tensor, whiten: Bool = false, threads: Int = 1) -> Tensor {
        let (count, features) = (components.shape[0], components.shape[1])
        precondition(
            points.rank == 2 && points.shape[1] == features, "points \(points.shape) for components of \(features)")
        let centeredPoints = centered(points, mean: mean.scalars.map(Double.init), threads: threads)
        var scores = Tensor.product(centeredPoints, transposed: false, components, transposed: true, threads: threads)
        guard whiten else { return scores }
        let factors = explainedVariance.map { $0 > 0 ? Float(1 / $0.squareRoot()) : 0 }
        scores.withUnsafeMutableBufferPointer { buffer in
            for place in buffer.indices { buffer[place] *= factors[place % count] }
        }
        return scores
    }

    /// Points back from their coordinates: `[samples, features]`; exact when all components were kept.
    public func inverseTransform(_ scores: Tensor, whitened: Bool = false, threads: Int = 1) -> Tensor {
        let (count, features) = (components.shape[0], components.shape[1])
        precondition(scores.rank == 2 && scores.shape[1] == count, "scores \(scores.shape) for \(count) components")
        var scores = scores
        if whitened {
            let factors = explainedVariance.map { Float($0.squareRoot()) }
            scores.withUnsafeMutableBufferPointer { buffer in
                for place in buffer.indices { buffer[place] *= factors[place % count] }
            }
        }
        var points = Tensor.product(scores, components, threads: threads)
        let mean = mean.scalars
        points.withUnsafeMutableBufferPointer { buffer in
            for place in buffer.indices { buffer[place] += mean[place % features] }
        }
        return points
    }
}
