import CCairo

/// A surface to draw on, which becomes a PNG picture or an SVG file.
///
/// Coordinates are points with the origin at the upper left. What is drawn later covers what was drawn before. A canvas
/// belongs to one thread at a time.
public final class Canvas {
    /// Pixels on a side that the drawing library can hold.
    static let longestSide = 32_000

    let context: OpaquePointer
    private let surface: OpaquePointer
    private let sink: ByteSink
    let size: Size
    /// Pixels per point of everything that is made of pixels.
    let scale: Double
    let isVector: Bool

    /// Receives what a vector surface writes.
    private final class ByteSink {
        var bytes: [UInt8] = []
    }

    static func raster(_ size: Size, scale: Double) throws -> Canvas {
        let (width, height) = ((size.width * scale).rounded(.up), (size.height * scale).rounded(.up))
        try checkSize(width, height)
        let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(width), Int32(height))
        return try Canvas(surface, sink: ByteSink(), size: size, scale: scale, isVector: false)
    }

    static func vector(_ size: Size) throws -> Canvas {
        try checkSize(size.width, size.height)
        let sink = ByteSink()
        // The canvas keeps the sink alive until it has destroyed the surface.
        let surface = cairo_svg_surface_create_for_stream(
            { context, data, count in
                let sink = Unmanaged<ByteSink>.fromOpaque(context!).takeUnretainedValue()
                sink.bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
                return CAIRO_STATUS_SUCCESS
            }, Unmanaged.passUnretained(sink).toOpaque(), size.width, size.height)
        cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PX)
        return try Canvas(surface, sink: sink, size: size, scale: 2, isVector: true)
    }

    private init(_ surface: OpaquePointer?, sink: ByteSink, size: Size, scale: Double, isVector: Bool) throws {
        guard let surface, let context = cairo_create(surface) else { throw FigureError.drawing("no surface") }
        self.surface = surface
        self.context = context
        self.sink = sink
        self.size = size
        self.scale = scale
        self.isVector = isVector
        try check()
        if !isVector { cairo_scale(context, scale, scale) }
        // Letters get the same widths on every surface and at every scale.
        let options = cairo_font_options_create()
        defer { cairo_font_options_destroy(options) }
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
        cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
        cairo_set_font_options(context, options)
        setColor(.white, 1)
        cairo_paint(context)
    }

    deinit {
        cairo_destroy(context)
        cairo_surface_destroy(surface)
        withExtendedLifetime(sink) {}
    }

    private static func checkSize(_ width: Double, _ height: Double) throws {
        let limit = Double(longestSide)
        guard width <= limit, height <= limit, width * height <= Double(ImageLimits.pixels) else {
            throw FigureError.tooLarge(width: width, height: height)
        }
        precondition(width >= 1 && height >= 1, "a figure has at least one pixel, not \(width) x \(height)")
    }

    /// Cairo remembers the first failure; nothing drawn after it counts.
    private func check() throws {
        for status in [cairo_status(context), cairo_surface_status(surface)] where status != CAIRO_STATUS_SUCCESS {
            throw FigureError.drawing(String(cString: cairo_status_to_string(status)))
        }
    }

    func finishedImage() throws -> Image {
        cairo_surface_flush(surface)
        try check()
        guard let data = cairo_image_surface_get_data(surface) else { throw FigureError.drawing("no pixels") }
        let stride = Int(cairo_image_surface_get_stride(surface))
        let width = Int(cairo_image_surface_get_width(surface))
        let height = Int(cairo_image_surface_get_height(surface))
        return Image(width: width, height: height, channels: 3) { target in
            var next = 0
            for row in 0..<height {
                let line = UnsafeRawPointer(data + row * stride).assumingMemoryBound(to: UInt32.self)
                for column in 0..<width {
                    let pixel = line[column]
                    target[next] = UInt8(truncatingIfNeeded: pixel >> 16)
                    target[next + 1] = UInt8(truncatingIfNeeded: pixel >> 8)
                    target[next + 2] = UInt8(truncatingIfNeeded: pixel)
                    next += 3
                }
            }
        }
    }

    func finishedSVG() throws -> [UInt8] {
        cairo_surface_finish(surface)
        let status = cairo_surface_status(surface)
        guard status == CAIRO_STATUS_SUCCESS else {
            throw FigureError.drawing(String(cString: cairo_status_to_string(status)))
        }
        return SVGIdentifiers.renamed(in: sink.bytes)
    }
}
