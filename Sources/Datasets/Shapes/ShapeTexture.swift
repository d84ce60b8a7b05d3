import Tensors

/// A pattern of two colours that fills the plane.
struct ShapeTexture {
    enum Pattern: CaseIterable {
        case plain, gradient, stripes, checks, dots, noise
    }

    var pattern: Pattern

    /// Red, green, blue in [0, 1]; the fourth is unused.
    var colors: (SIMD4<Float>, SIMD4<Float>)

    /// Pixels from one stripe to the next of the same colour.
    var period: Float

    /// Unit vector across the stripes.
    var direction: SIMD2<Float>

    /// In periods.
    var phase: SIMD2<Float>

    /// Lattice values of `noise`.
    var random: CounterRandom

    /// The colour at a point, in pixels.
    func color(_ x: Float, _ y: Float) -> SIMD4<Float> {
        colors.0 + (colors.1 - colors.0) * weight(x, y)
    }

    /// Share of the second colour.
    private func weight(_ x: Float, _ y: Float) -> Float {
        switch pattern {
        case .plain: return 0
        case .gradient:
            let across = (x - 16) * direction.x + (y - 16) * direction.y
            return clamped(0.5 + across * 0.03)
        case .stripes: return wave(across(x, y))
        case .checks:
            let (first, second) = (wave(across(x, y)), wave(along(x, y)))
            return first + second - 2 * first * second
        case .dots:
            let (u, v) = (fraction(across(x, y)) - 0.5, fraction(along(x, y)) - 0.5)
            return clamped(0.5 + (0.3 - (u * u + v * v).squareRoot()) * period)
        case .noise: return noise(2 * across(x, y), 2 * along(x, y))
        }
    }

    /// Place across the stripes, in periods; above 0 everywhere in the picture.
    private func across(_ x: Float, _ y: Float) -> Float { (x * direction.x + y * direction.y) / period + phase.x + 32 }
    private func along(_ x: Float, _ y: Float) -> Float { (y * direction.x - x * direction.y) / period + phase.y + 32 }

    /// Stripes of equal width whose edges are one pixel soft.
    private func wave(_ u: Float) -> Float {
        clamped(0.5 + (0.25 - abs(fraction(u) - 0.5)) * period)
    }

    /// Random values on the whole numbers, interpolated between.
    private func noise(_ u: Float, _ v: Float) -> Float {
        let (column, row) = (Int(u), Int(v))
        let (right, down) = (u - Float(column), v - Float(row))
        let top = lattice(column, row) * (1 - right) + lattice(column + 1, row) * right
        let bottom = lattice(column, row + 1) * (1 - right) + lattice(column + 1, row + 1) * right
        return clamped(1.6 * (top * (1 - down) + bottom * down) - 0.3)
    }

    private func lattice(_ column: Int, _ row: Int) -> Float { random.uniform(row << 16 | column) }
}

/// The part after the point of a number that is not negative.
func fraction(_ value: Float) -> Float { value - Float(Int32(value)) }

func clamped(_ value: Float) -> Float { min(max(value, 0), 1) }
