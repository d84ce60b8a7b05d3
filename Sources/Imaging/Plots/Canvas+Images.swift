import CCairo

extension Canvas {
    /// Draws a picture into a rectangle, whose corners move to the nearest pixels.
    ///
    /// Enlarged pictures keep hard pixel edges, so that each number stays visible; shrunken ones are averaged.
    public func draw(_ image: Image, in rect: Rect) {
        let left = (rect.left * scale).rounded()
        let top = (rect.top * scale).rounded()
        let width = max(Int((rect.right * scale).rounded() - left), 1)
        let height = max(Int((rect.bottom * scale).rounded() - top), 1)
        let fitted =
            image
            .resized(width: width, height: image.height, filter: width >= image.width ? .nearest : .bilinear)
            .resized(width: width, height: height, filter: height >= image.height ? .nearest : .bilinear)
        guard let surface = Self.makeSurface(of: fitted) else { return }
        defer { cairo_surface_destroy(surface) }
        cairo_save(context)
        cairo_translate(context, left / scale, top / scale)
        cairo_scale(context, 1 / scale, 1 / scale)
        cairo_set_source_surface(context, surface, 0, 0)
        cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_NEAREST)
        cairo_paint(context)
        cairo_restore(context)
    }

    /// The picture in cairo's layout: 32-bit words of alpha, red, green, blue, premultiplied.
    private static func makeSurface(of image: Image) -> OpaquePointer? {
        let rgba = image.convertedToRGBA()
        let format = image.channels == 4 ? CAIRO_FORMAT_ARGB32 : CAIRO_FORMAT_RGB24
        let surface = cairo_image_surface_create(format, Int32(image.width), Int32(image.height))
        guard let data = cairo_image_surface_get_data(surface) else {
            cairo_surface_destroy(surface)
            return nil
        }
        let stride = Int(cairo_image_surface_get_stride(surface))
        for row in 0..<image.height {
            let line = UnsafeMutableRawPointer(data + row * stride).assumingMemoryBound(to: UInt32.self)
            for column in 0..<image.width {
                let start = (row * image.width + column) * 4
                let alpha = UInt32(rgba.pixels[start + 3])
                let word = (0..<3).reduce(alpha) { word, channel in
                    word << 8 | (UInt32(rgba.pixels[start + channel]) * alpha + 127) / 255
                }
                line[column] = word
            }
        }
        cairo_surface_mark_dirty(surface)
        return surface
    }
}
