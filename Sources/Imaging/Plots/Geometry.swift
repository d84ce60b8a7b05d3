/// A place on a figure, in points: `x` to the right, `y` down.
public struct Point: Sendable, Equatable {
    public var x: Double
    public var y: Double

    public init(x: Double, y: Double) {
        self.x = x
        self.y = y
    }
}

/// Width and height in points, of which a figure shown at its natural size has 96 to the inch.
public struct Size: Sendable, Equatable {
    public var width: Double
    public var height: Double

    public init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }
}

/// An upright rectangle, in points.
public struct Rect: Sendable, Equatable {
    public var x: Double
    public var y: Double
    public var width: Double
    public var height: Double

    public init(x: Double, y: Double, width: Double, height: Double) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    init(origin: Point, size: Size) {
        self.init(x: origin.x, y: origin.y, width: size.width, height: size.height)
    }

    public var left: Double { x }
    public var top: Double { y }
    public var right: Double { x + width }
    public var bottom: Double { y + height }
    public var center: Point { Point(x: x + width / 2, y: y + height / 2) }

    /// The rectangle made smaller on each side.
    func inset(left: Double = 0, top: Double = 0, right: Double = 0, bottom: Double = 0) -> Rect {
        Rect(
            x: x + left, y: y + top, width: max(width - left - right, 1), height: max(height - top - bottom, 1))
    }

    /// The largest rectangle of the given shape in the middle of this one.
    func fitting(aspectOf size: Size) -> Rect {
        let scale = min(width / size.width, height / size.height)
        let (innerWidth, innerHeight) = (size.width * scale, size.height * scale)
        return Rect(
            x: x + (width - innerWidth) / 2, y: y + (height - innerHeight) / 2, width: innerWidth, height: innerHeight)
    }
}
