package import Tensors

/// Planes as a sum of four images of falling resolution, each enlarged bilinearly to full size.
///
/// Level n, from 0 to 3, has max(1, ⌊height / 2ⁿ⌋) × max(1, ⌊width / 2ⁿ⌋) numbers a channel; all levels count alike:
/// planes = Σₙ enlarged(levelₙ). A number of a coarse level moves many pixels at once, so coarse structure grows as fast
/// as fine. Parameters are `[channels, numbers of all levels]`, the finest level first.
///
/// Source: `laplacian_pyramid_image` of lucid, after Burt & Adelson, "The Laplacian pyramid as a compact image code",
/// IEEE Transactions on Communications 31 (1983) 532–540; the enlargement is that of ``LinearResampling``.
package struct LaplacianParameterization: ImageParameterization {
    package let parameterShape: [Int]
    /// Numbers of a channel's plane.
    private let planeCount: Int
    private let levels: [Level]

    private struct Level: Sendable {
        /// Among the parameters of a channel.
        let range: Range<Int>
        let enlargement: LinearResampling
    }

    /// - Parameter shape: `[channels, height, width]`.
    package init(shape: [Int]) {
        let size = Array(shape.dropFirst())
        var levels: [Level] = []
        var end = 0
        for level in 0..<4 {
            let small = size.map { max(1, $0 >> level) }
            levels.append(
                Level(
                    range: end..<end + small.elementCount, enlargement: LinearResampling(from: small, to: size)))
            end += small.elementCount
        }
        self.levels = levels
        planeCount = size.elementCount
        parameterShape = [shape[0], end]
    }

    package func start(_ random: CounterRandom) -> Tensor { smallNoise(random) }

    package func synthesize(_ parameters: UnsafeBufferPointer<Float>, into planes: UnsafeMutableBufferPointer<Float>) {
        planes.update(repeating: 0)
        forEachLevel { enlargement, place, plane in
            enlargement.add(
                UnsafeBufferPointer(rebasing: parameters[place]),
                to: UnsafeMutableBufferPointer(rebasing: planes[plane]))
        }
    }

    package func analyze(_ planes: UnsafeBufferPointer<Float>, into parameters: UnsafeMutableBufferPointer<Float>) {
        parameters.update(repeating: 0)
        forEachLevel { enlargement, place, plane in
            enlargement.addAdjoint(
                UnsafeBufferPointer(rebasing: planes[plane]),
                to: UnsafeMutableBufferPointer(rebasing: parameters[place]))
        }
    }

    /// Calls `body` with the places of a level among the parameters and of its channel among the planes.
    private func forEachLevel(_ body: (LinearResampling, Range<Int>, Range<Int>) -> Void) {
        for channel in 0..<parameterShape[0] {
            let start = channel * parameterShape[1]
            for level in levels {
                body(
                    level.enlargement, start + level.range.lowerBound..<start + level.range.upperBound,
                    channel * planeCount..<(channel + 1) * planeCount)
            }
        }
    }
}
