/// The shapes, as signed distances.
enum ShapeClass: String, CaseIterable {
    case disk, ring, square, triangle, cross, star, crescent, bars

    var label: Int { Self.allCases.firstIndex(of: self)! }

    /// Distance of a point to the outline, negative inside, in units of the shape's radius.
    ///
    /// Exact near the outline but for corners, which is where antialiasing looks. Uses no functions but square roots,
    /// so that the pixels are the same on every machine.
    func distance(_ x: Float, _ y: Float) -> Float {
        switch self {
        case .disk: length(x, y) - 0.85
        case .ring: abs(length(x, y) - 0.7) - 0.2
        case .square: max(abs(x), abs(y)) - 0.74
        case .triangle: max(y - 0.5, 0.866_025_4 * abs(x) - 0.5 * y - 0.5)
        case .cross: min(bar(x, y, 0.95, 0.27), bar(y, x, 0.95, 0.27))
        case .star: star(abs(x), y)
        case .crescent: max(length(x, y) - 0.9, 0.72 - length(x - 0.42, y))
        case .bars: min(bar(x, y, 0.85, 0.15), bar(x, abs(y) - 0.6, 0.85, 0.15))
        }
    }

    private func length(_ x: Float, _ y: Float) -> Float { (x * x + y * y).squareRoot() }

    private func bar(_ x: Float, _ y: Float, _ halfLength: Float, _ halfWidth: Float) -> Float {
        max(abs(x) - halfLength, abs(y) - halfWidth)
    }

    /// A pentagram: one of its ten edges, the others folded onto it. `x` is not negative.
    private func star(_ x: Float, _ y: Float) -> Float {
        // Mirror axes at 36° and 72° from the vertical.
        var (x, y) = (x, y)
        let first = max(0.809_017 * x - 0.587_785_25 * y, 0)
        x -= 2 * first * 0.809_017
        y += 2 * first * 0.587_785_25
        let second = max(-0.809_017 * x - 0.587_785_25 * y, 0)
        x += 2 * second * 0.809_017
        y += 2 * second * 0.587_785_25
        x = abs(x)
        // The edge from the tip (0, 1) to the inner corner at 36°, 0.45 from the centre.
        let (edgeX, edgeY): (Float, Float) = (0.264_503_4, 0.364_057_64 - 1)
        let (fromTipX, fromTipY) = (x, y - 1)
        return (edgeX * fromTipY - edgeY * fromTipX) / length(edgeX, edgeY)
    }
}
