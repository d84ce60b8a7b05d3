import Tensors

/// Random choices of one scene, one after the other.
struct ShapeDraws {
    let random: CounterRandom
    private var count = 0

    init(_ random: CounterRandom) { self.random = random }

    mutating func uniform(_ low: Float, _ high: Float) -> Float {
        count += 1
        return low + (high - low) * random.uniform(count)
    }

    mutating func integer(below bound: Int) -> Int {
        count += 1
        return random.integer(count, below: bound)
    }

    mutating func color() -> SIMD4<Float> { SIMD4(uniform(0.05, 0.95), uniform(0.05, 0.95), uniform(0.05, 0.95), 0) }

    /// A unit vector in any direction, from a point in the unit disk: no sine, so the same bits everywhere.
    mutating func direction() -> SIMD2<Float> {
        while true {
            let point = SIMD2(uniform(-1, 1), uniform(-1, 1))
            let squared = (point * point).sum()
            if squared <= 1, squared > 0.01 { return point / squared.squareRoot() }
        }
    }

    /// A direction at most about 25° from the x axis.
    mutating func tilt() -> SIMD2<Float> {
        let vector = SIMD2(1, uniform(-0.45, 0.45))
        return vector / (vector * vector).sum().squareRoot()
    }

    /// A texture whose two colours are `contrast` apart, both of them `distance` at least from those of `other`.
    ///
    /// Distances are Euclidean, in RGB.
    mutating func texture(
        named name: String, patterns: [ShapeTexture.Pattern], contrast: ClosedRange<Float>,
        distance: Float = 0, from other: ShapeTexture? = nil
    ) -> ShapeTexture {
        let others = other.map { [$0.colors.0, $0.colors.1] } ?? []
        var colors = (color(), color())
        while !contrast.contains(length(colors.0 - colors.1))
            || others.contains(where: { length($0 - colors.0) < distance || length($0 - colors.1) < distance })
        {
            colors = (color(), color())
        }
        return ShapeTexture(
            pattern: patterns[integer(below: patterns.count)], colors: colors, period: uniform(3.5, 8),
            direction: direction(), phase: SIMD2(uniform(0, 1), uniform(0, 1)), random: random.stream(name))
    }

    private func length(_ color: SIMD4<Float>) -> Float { (color * color).sum().squareRoot() }
}
