extension Image {
    /// The picture in RGB with a line around a part of it, as thick as a fiftieth of the longer side, at least a pixel.
    ///
    /// The line lies outside the part, except along edges of the picture.
    /// - Complexity: O(samples)
    public func outlining(rows: Range<Int>, columns: Range<Int>, _ color: Color) -> Image {
        let thickness = max(max(width, height) / 50, 1)
        func band(_ range: Range<Int>, _ length: Int) -> (outer: Range<Int>, inner: Range<Int>) {
            let outer = max(range.lowerBound - thickness, 0)..<min(range.upperBound + thickness, length)
            let inner = min(outer.lowerBound + thickness, outer.upperBound)
            return (outer, inner..<max(outer.upperBound - thickness, inner))
        }
        let (down, across) = (band(rows, height), band(columns, width))
        var pixels = convertedToRGB().pixels
        for row in down.outer {
            for column in across.outer where !(down.inner.contains(row) && across.inner.contains(column)) {
                let start = (row * width + column) * 3
                pixels.replaceSubrange(start..<start + 3, with: [color.red, color.green, color.blue])
            }
        }
        return Image(width: width, height: height, channels: 3, pixels: pixels)
    }
}
