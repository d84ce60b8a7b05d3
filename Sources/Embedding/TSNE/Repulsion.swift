import CKernels
import Tensors

/// How all points push each other apart: the part of the gradient that is not sparse.
protocol Repulsion: AnyObject, Sendable {
    /// Computes the field of these positions.
    /// - Returns: the sum of 1 / (1 + |y_i − y_j|²) over ordered pairs of different points.
    func prepare(_ positions: UnsafePointer<Float>, threads: Int) -> Double

    /// Takes Σ_j q_ij² (y_i − y_j) / `normalizer` from the gradient of the points in `range`.
    func subtract(
        from gradient: UnsafeMutablePointer<Float>, _ range: Range<Int>, positions: UnsafePointer<Float>,
        normalizer: Double)
}

/// Every pair of points, in 32 bits.
///
/// - Complexity: O(samples²) per iteration; faster than the mesh for fewer than some 2000 points.
final class ExactRepulsion: Repulsion {
    private let samples: Int
    private let dimensions: Int
    private let padded: Int
    private let axes: Buffer<Float>
    private let force: Buffer<Float>

    init(samples: Int, dimensions: Int) {
        self.samples = samples
        self.dimensions = dimensions
        padded = (samples + 15) / 16 * 16
        axes = Buffer(count: padded * dimensions, repeating: 1e18)
        force = Buffer(count: samples * dimensions, repeating: 0)
    }

    func prepare(_ positions: UnsafePointer<Float>, threads: Int) -> Double {
        for sample in 0..<samples {
            for axis in 0..<dimensions { axes.base[axis * padded + sample] = positions[sample * dimensions + axis] }
        }
        let blocks = TileRanges(samples, 64)
        let partial = Buffer<Double>(count: blocks.count, repeating: 0)
        parallelFor(blocks.count, threads: threads) { [axes, force, padded, dimensions] block in
            let range = blocks[block]
            partial.base[block] = ck_tsne_exact_repulsion(
                axes.base, padded, Int32(dimensions), range.lowerBound, range.upperBound, force.base)
        }
        return (0..<blocks.count).reduce(0) { $0 + partial.base[$1] }
    }

    func subtract(
        from gradient: UnsafeMutablePointer<Float>, _ range: Range<Int>, positions: UnsafePointer<Float>,
        normalizer: Double
    ) {
        let factor = Float(1 / normalizer)
        for place in range.lowerBound * dimensions..<range.upperBound * dimensions {
            gradient[place] -= factor * force.base[place]
        }
    }
}
