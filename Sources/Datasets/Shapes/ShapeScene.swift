import Tensors

/// A picture of one shape: everything drawn at random, then pixels as a function of it.
struct ShapeScene {
    /// In pixels, both ways.
    static let side = 32

    private let shapeClass: ShapeClass
    private let center: SIMD2<Float>
    private let radius: Float

    /// Where the shape's own x axis points.
    private let axis: SIMD2<Float>
    private let background: ShapeTexture
    private let foreground: ShapeTexture

    /// Fragments behind the shape, then those before it.
    private let fragments: [Fragment]
    private let fragmentsBehind: Int

    /// Change of brightness over the picture, per pixel.
    private let slope: SIMD2<Float>

    /// Half the width of the uniform noise on every value.
    private let grain: Float
    private let noise: CounterRandom

    /// A short line or dot lying about.
    private struct Fragment {
        var center: SIMD2<Float>
        var axis: SIMD2<Float>
        var halfLength: Float
        var radius: Float
        var color: SIMD4<Float>

        /// Pixels it can touch.
        var reach: Float { halfLength + radius + 1 }

        func coverage(_ x: Float, _ y: Float) -> Float {
            let offset = SIMD2(x, y) - center
            let along = (offset * axis).sum()
            let rest = offset - axis * min(max(along, -halfLength), halfLength)
            return clamped(0.5 + radius - (rest * rest).sum().squareRoot())
        }
    }

    init(_ shapeClass: ShapeClass, random: CounterRandom) {
        var draws = ShapeDraws(random.stream("scene"))
        self.shapeClass = shapeClass
        radius = draws.uniform(8, 13)
        let margin = radius
        center = SIMD2(
            draws.uniform(margin, Float(Self.side) - margin), draws.uniform(margin, Float(Self.side) - margin))
        axis = draws.tilt()
        background = draws.texture(
            named: "background", patterns: [.plain, .gradient, .noise, .stripes, .checks], contrast: 0.1...0.25)
        foreground = draws.texture(
            named: "foreground", patterns: ShapeTexture.Pattern.allCases, contrast: 0.2...0.5, distance: 0.5,
            from: background)
        fragments = (0..<1 + draws.integer(below: 5)).map { _ in
            Fragment(
                center: SIMD2(draws.uniform(0, 32), draws.uniform(0, 32)), axis: draws.direction(),
                halfLength: draws.uniform(0, 3), radius: draws.uniform(0.5, 1.2), color: draws.color())
        }
        fragmentsBehind = fragments.count * 2 / 3
        slope = draws.direction() * draws.uniform(0, 0.015)
        grain = draws.uniform(0.01, 0.06)
        noise = random.stream("noise")
    }

    /// Writes `[3, 32, 32]` bytes. Edges are antialiased by the distance of a pixel's centre to them.
    func draw(into target: UnsafeMutableBufferPointer<UInt8>) {
        let (side, plane) = (Self.side, Self.side * Self.side)
        precondition(target.count == 3 * plane, "\(target.count) bytes for a picture of \(3 * plane)")
        for row in 0..<side {
            for column in 0..<side {
                let (x, y) = (Float(column) + 0.5, Float(row) + 0.5)
                var color = background.color(x, y)
                blend(fragments[..<fragmentsBehind], at: x, y, into: &color)
                let cover = coverage(x, y)
                if cover > 0 { color += (foreground.color(x, y) - color) * cover }
                blend(fragments[fragmentsBehind...], at: x, y, into: &color)

                let pixel = row * side + column
                let light = 1 + (x - 16) * slope.x + (y - 16) * slope.y
                let bits = noise.bits(pixel)
                let grains = SIMD4<Float>(
                    Float(bits & 0xFFFF), Float(bits >> 16 & 0xFFFF), Float(bits >> 32 & 0xFFFF), 0)
                color = color * light + (grains * 0x1p-15 - 1) * grain
                for channel in 0..<3 { target[channel * plane + pixel] = UInt8(clamped(color[channel]) * 255 + 0.5) }
            }
        }
    }

    /// Share of the pixel around a point that the shape covers.
    private func coverage(_ x: Float, _ y: Float) -> Float {
        let offset = (SIMD2(x, y) - center) / radius
        let along = (offset * axis).sum()
        let across = offset.y * axis.x - offset.x * axis.y
        return clamped(0.5 - shapeClass.distance(along, across) * radius)
    }

    private func blend(_ fragments: ArraySlice<Fragment>, at x: Float, _ y: Float, into color: inout SIMD4<Float>) {
        for fragment in fragments
        where abs(x - fragment.center.x) < fragment.reach
            && abs(y - fragment.center.y) < fragment.reach
        {
            color += (fragment.color - color) * fragment.coverage(x, y)
        }
    }
}
