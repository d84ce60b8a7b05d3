/// Something that can be drawn: a plain value with the data and the words of one plot.
///
/// Equal figures give equal bytes.
public protocol Figure: Sendable {
    /// The size it is made for, in points.
    var size: Size { get }

    /// Draws itself into a part of a canvas.
    func draw(on canvas: Canvas, in frame: Rect)
}

extension Figure {
    /// The figure as an opaque RGB picture.
    /// - Parameter scale: pixels per point; 2 is sharp on screens of double density and in print.
    /// - Throws: `FigureError`.
    public func image(scale: Double = 2) throws -> Image {
        let canvas = try Canvas.raster(size, scale: scale)
        draw(on: canvas, in: Rect(origin: Point(x: 0, y: 0), size: size))
        return try canvas.finishedImage()
    }

    /// The figure as a PNG file.
    /// - Throws: `FigureError`, or `ImageError` when memory runs out.
    public func png(scale: Double = 2) throws -> [UInt8] {
        try image(scale: scale).encodedPNG()
    }

    /// The figure as an SVG file, text as outlines, so that it looks the same everywhere and no text can be markup.
    ///
    /// Its identifiers begin with a digest of its content: several figures can stand in one HTML page.
    /// - Throws: `FigureError`.
    public func svg() throws -> [UInt8] {
        let canvas = try Canvas.vector(size)
        draw(on: canvas, in: Rect(origin: Point(x: 0, y: 0), size: size))
        return try canvas.finishedSVG()
    }
}

/// Why a figure could not be drawn.
public enum FigureError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Size in pixels, or in points for SVG.
    case tooLarge(width: Double, height: Double)
    /// The drawing library's words.
    case drawing(String)

    public var description: String {
        switch self {
        case .tooLarge(let width, let height):
            "a figure of \(Int(min(width, 1e15))) x \(Int(min(height, 1e15))) pixels is larger than "
                + "\(Canvas.longestSide) on a side\n  fix: show fewer items, or more of them side by side"
        case .drawing(let reason):
            "the figure could not be drawn: \(reason)\n  fix: show fewer items, or free memory"
        }
    }
}
