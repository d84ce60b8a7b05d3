import CCairo

extension Canvas {
    public func fill(_ rect: Rect, with color: Color, opacity: Double = 1) {
        setColor(color, opacity)
        cairo_rectangle(context, rect.x, rect.y, rect.width, rect.height)
        cairo_fill(context)
    }

    /// Draws the border, its middle on the edge of the rectangle.
    public func stroke(_ rect: Rect, with color: Color, width: Double = 1) {
        setColor(color, 1)
        cairo_set_line_width(context, width)
        cairo_rectangle(context, rect.x, rect.y, rect.width, rect.height)
        cairo_stroke(context)
    }

    /// Draws straight lines from each point to the next.
    public func stroke(_ points: [Point], with color: Color, width: Double = 1) {
        guard let first = points.first else { return }
        setColor(color, 1)
        cairo_set_line_width(context, width)
        cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
        cairo_set_line_cap(context, CAIRO_LINE_CAP_BUTT)
        cairo_move_to(context, first.x, first.y)
        for point in points.dropFirst() { cairo_line_to(context, point.x, point.y) }
        cairo_stroke(context)
    }

    public func fillDisc(at center: Point, radius: Double, with color: Color, opacity: Double = 1) {
        setColor(color, opacity)
        cairo_arc(context, center.x, center.y, radius, 0, 2 * .pi)
        cairo_fill(context)
    }

    /// Discs of equal size inside `area`, later ones over earlier ones.
    ///
    /// More than a few thousand become pixels even on a vector canvas: as shapes, 70,000 of them would be a file of
    /// 40 MB that no browser scrolls.
    public func fillDiscs(_ discs: [(center: Point, color: Color)], radius: Double, opacity: Double, in area: Rect) {
        clipped(to: area) {
            if isVector && discs.count > Self.mostVectorDiscs {
                drawAsPixels(area, scale: scale) { pixels in
                    Self.fillDiscs(discs, radius: radius, opacity: opacity, on: pixels)
                }
            } else {
                Self.fillDiscs(discs, radius: radius, opacity: opacity, on: context)
            }
        }
    }

    private static let mostVectorDiscs = 3_000

    private static func fillDiscs(
        _ discs: [(center: Point, color: Color)], radius: Double, opacity: Double, on context: OpaquePointer
    ) {
        for (center, color) in discs {
            cairo_set_source_rgba(
                context, Double(color.red) / 255, Double(color.green) / 255, Double(color.blue) / 255, opacity)
            cairo_arc(context, center.x, center.y, radius, 0, 2 * .pi)
            cairo_fill(context)
        }
    }

    /// Draws on a transparent picture with `scale` pixels per point, then puts the picture in its place.
    private func drawAsPixels(_ area: Rect, scale: Double, _ draw: (OpaquePointer) -> Void) {
        let (width, height) = ((area.width * scale).rounded(.up), (area.height * scale).rounded(.up))
        let surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, Int32(width), Int32(height))
        defer { cairo_surface_destroy(surface) }
        // Where there is no memory cairo returns an inert context, and painting it reports the failure.
        if let pixels = cairo_create(surface) {
            cairo_scale(pixels, scale, scale)
            cairo_translate(pixels, -area.x, -area.y)
            draw(pixels)
            cairo_destroy(pixels)
        }
        cairo_save(context)
        cairo_translate(context, area.x, area.y)
        cairo_scale(context, 1 / scale, 1 / scale)
        cairo_set_source_surface(context, surface, 0, 0)
        cairo_paint(context)
        cairo_restore(context)
    }

    /// Draws only what falls into a rectangle.
    public func clipped(to area: Rect, _ draw: () -> Void) {
        cairo_save(context)
        cairo_rectangle(context, area.x, area.y, area.width, area.height)
        cairo_clip(context)
        draw()
        cairo_restore(context)
    }

    func setColor(_ color: Color, _ opacity: Double) {
        cairo_set_source_rgba(
            context, Double(color.red) / 255, Double(color.green) / 255, Double(color.blue) / 255, opacity)
    }
}
