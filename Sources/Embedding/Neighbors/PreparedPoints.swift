import Tensors

/// Points moved and scaled so that matrix products of 32-bit floats bound their distances from below.
///
/// The common mean is subtracted, which shortens the vectors and so the rounding errors, and a power of two brings the
/// largest coordinate near 1, so that no square overflows. With u = 2⁻²⁴ the product of d terms is off by at most
/// d·u·(|x|² + |y|²), centring and the last additions by a few u more; taking that off the squared lengths in advance
/// makes |x|² + |y|² − 2⟨x, y⟩, computed in 32 bits, a lower bound of the true squared distance.
struct PreparedPoints: Sendable {
    let values: Tensor
    let norms: Buffer<Float>

    init(_ points: Tensor, mean: [Double], scale: Double, threads: Int) {
        values = centered(points, mean: mean, scale: scale, threads: threads)
        let (samples, features) = (points.shape[0], points.shape[1])
        let norms = Buffer<Float>(count: samples, repeating: 0)
        let slack = 1 - Double(features + 16) * 0x1p-24
        values.withUnsafeBufferPointer { buffer in
            let source = SendableConstPointer(buffer.baseAddress!)
            parallelFor((samples + 255) / 256, threads: threads) { block in
                for row in block * 256..<min(samples, (block + 1) * 256) {
                    let values = source.value + row * features
                    var sum = 0.0
                    for column in 0..<features { sum += Double(values[column]) * Double(values[column]) }
                    norms.base[row] = Float(sum * slack)
                }
            }
        }
        self.norms = norms
    }
}
