import Glibc
import Tensors

/// The kernel 1 / (1 + r²) as factors of a mesh's frequencies, made so that spreading charges and reading potentials
/// with cubic splines reproduces it as well as splines can.
///
/// The factors are the kernel's own spectrum times (ŵ² / Σŵ²)² per axis, ŵ the spline's transform and the sum over its
/// aliases: the optimal influence function of Hockney & Eastwood, "Computer Simulation Using Particles" (1988), 8-3-3.
final class MeshSpectrum: Sendable {
    let key: MeshGeometry.Key
    let plan: FourierPlan

    /// `[length / 2 + 1, frequencyStride]`: symmetric in both frequencies, scaled for the unscaled inverse.
    let factors: Buffer<Float>

    init(_ geometry: MeshGeometry, threads: Int) {
        key = geometry.key
        let (length, stride, lanes) = (key.length, geometry.frequencyStride, 16)
        let half = geometry.frequencies
        let isShifted = key.isShifted
        let plan = FourierPlan(length: length)
        let pool = ScratchPool(count: 4 * length * lanes)
        let spacing = Double(key.spacing)
        let columns = Buffer<Float>(count: half * stride, repeating: 0)
        let blocks = TileRanges(half, lanes)
        // Along y: column by column of the kernel, which is even, so its spectrum is real.
        parallelFor(blocks.count, threads: threads) { block in
            pool.withBlock { scratch in
                let (real, imaginary) = (scratch, scratch + length * lanes)
                imaginary.update(repeating: 0, count: length * lanes)
                for y in 0..<length {
                    let dy = Double(min(y, length - y)) * spacing
                    for lane in 0..<lanes {
                        let dx = Double(blocks[block].lowerBound + lane) * spacing
                        let square = dx * dx + dy * dy
                        real[y * lanes + lane] = Float((isShifted ? -square : 1) / (1 + square))
                    }
                }
                plan.transform(real, imaginary, work: scratch + 2 * length * lanes)
                for x in blocks[block] {
                    for k in 0..<half { columns.base[x * stride + k] = real[k * lanes + x - blocks[block].lowerBound] }
                }
            }
        }
        let influence = (0..<half).map { Self.influence(2 * Double.pi * Double($0) / Double(length)) }
        let factors = Buffer<Float>(count: half * stride, repeating: 0)
        let area = Double(length) * Double(length)
        // Along x: the other half of the columns mirrors the first.
        parallelFor(blocks.count, threads: threads) { block in
            pool.withBlock { scratch in
                let (real, imaginary) = (scratch, scratch + length * lanes)
                imaginary.update(repeating: 0, count: length * lanes)
                for x in 0..<length {
                    let source = columns.base + min(x, length - x) * stride + blocks[block].lowerBound
                    for lane in 0..<lanes { real[x * lanes + lane] = source[lane] }
                }
                plan.transform(real, imaginary, work: scratch + 2 * length * lanes)
                for k in 0..<half {
                    for other in blocks[block] {
                        let value = Double(real[k * lanes + other - blocks[block].lowerBound])
                        factors.base[k * stride + other] = Float(value * influence[k] * influence[other] / area)
                    }
                }
            }
        }
        self.plan = plan
        self.factors = factors
    }

    /// (ŵ / Σŵ²)² at an angular frequency per node: ŵ = sinc⁴, the sum known from the spline of degree 7.
    private static func influence(_ angle: Double) -> Double {
        let half = angle / 2
        let sinc = half == 0 ? 1 : sin(half) / half
        let spline = sinc * sinc * sinc * sinc
        let aliases = (2416 + 2382 * cos(angle) + 240 * cos(2 * angle) + 2 * cos(3 * angle)) / 5040
        return spline * spline / (aliases * aliases)
    }
}
