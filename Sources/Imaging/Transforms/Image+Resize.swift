import CKernels

extension Image {
    /// The picture in another size, equal to what Pillow's `resize` makes of gray and RGB pictures.
    ///
    /// Separable fixed-point convolution, along rows first; rounding after each axis. (Pillow 13 takes the columns first
    /// where the height shrinks far more than the width; samples then differ by a rounding.) Channels are mixed
    /// independently: alpha is not a weight.
    /// - Complexity: O(new width · height · kernel + new width · new height · kernel)
    public func resized(width newWidth: Int, height newHeight: Int, filter: ResampleFilter = .bilinear) -> Image {
        resized(
            width: newWidth, height: newHeight, keepingColumns: 0..<max(newWidth, 1), rows: 0..<max(newHeight, 1),
            filter: filter)
    }

    /// A part of the picture in another size: the same pixels as resizing all of it and cutting the part out, but only
    /// those are computed.
    /// - Parameters:
    ///   - columns: which columns of the `width` new ones to keep; not empty.
    ///   - rows: which rows of the `height` new ones to keep; not empty.
    public func resized(
        width newWidth: Int, height newHeight: Int, keepingColumns columns: Range<Int>, rows: Range<Int>,
        filter: ResampleFilter = .bilinear
    ) -> Image {
        precondition(newWidth > 0 && newHeight > 0, "cannot resize to \(newWidth) x \(newHeight) pixels")
        precondition(
            !columns.isEmpty && columns.lowerBound >= 0 && columns.upperBound <= newWidth && !rows.isEmpty
                && rows.lowerBound >= 0 && rows.upperBound <= newHeight,
            "columns \(columns) and rows \(rows) do not lie in \(newWidth) x \(newHeight) pixels")
        if filter == .nearest { return resizedToNearest(width: newWidth, height: newHeight, columns, rows) }
        let vertical =
            newHeight == height ? nil : ResampleWeights(from: height, to: newHeight, keeping: rows, filter: filter)
        let oldRows = vertical?.oldPixels ?? rows
        let narrowed =
            newWidth == width
            ? cropped(x: columns.lowerBound, y: oldRows.lowerBound, width: columns.count, height: oldRows.count)
            : resampledAlongRows(
                ResampleWeights(from: width, to: newWidth, keeping: columns, filter: filter), rows: oldRows)
        return vertical.map { narrowed.resampledAlongColumns($0) } ?? narrowed
    }

    /// Width and height with the shorter side at `length` pixels and the longer one in proportion.
    ///
    /// No side is said to be longer than 10⁹ pixels, whatever is asked for.
    /// - Parameter rule: how the longer side becomes a whole number. torchvision's `Resize(length)` cuts.
    public static func sides(
        ofWidth width: Int, height: Int, withShorterSide length: Int,
        rounding rule: FloatingPointRoundingRule = .towardZero
    ) -> (width: Int, height: Int) {
        precondition(
            width > 0 && height > 0 && length > 0, "cannot bring \(width) x \(height) pixels to \(length)")
        let longest = 1_000_000_000
        let exact = Double(length) * Double(max(width, height)) / Double(min(width, height))
        let (shorter, longer) = (min(length, longest), Int(min(exact.rounded(rule), Double(longest))))
        return width <= height ? (shorter, longer) : (longer, shorter)
    }

    private func resizedToNearest(
        width newWidth: Int, height newHeight: Int, _ keptColumns: Range<Int>, _ keptRows: Range<Int>
    ) -> Image {
        let columns = Self.nearestPixels(from: width, to: newWidth)[keptColumns]
        let rows = Self.nearestPixels(from: height, to: newHeight)[keptRows]
        return Image(width: columns.count, height: rows.count, channels: channels) { target in
            pixels.withUnsafeBufferPointer { source in
                var next = 0
                for row in rows {
                    for column in columns {
                        let start = (row * width + column) * channels
                        for channel in 0..<channels { target[next + channel] = source[start + channel] }
                        next += channels
                    }
                }
            }
        }
    }

    /// The old pixel under each new centre; sums the step as Pillow does, whose rounding decides ties.
    private static func nearestPixels(from oldLength: Int, to newLength: Int) -> [Int] {
        let scale = Double(oldLength) / Double(newLength)
        var center = scale * 0.5
        return (0..<newLength).map { _ in
            defer { center += scale }
            return min(Int(center), oldLength - 1)
        }
    }

    private func resampledAlongRows(_ table: ResampleWeights, rows: Range<Int>) -> Image {
        let newWidth = table.count
        return Image(width: newWidth, height: rows.count, channels: channels) { target in
            pixels.withUnsafeBufferPointer { source in
                for (newRow, row) in rows.enumerated() {
                    ck_resample_row(
                        source.baseAddress! + (row * width + table.oldPixels.lowerBound) * channels,
                        target.baseAddress! + newRow * newWidth * channels, newWidth, channels, table.firstPixels,
                        table.counts, table.weights, table.stride)
                }
            }
        }
    }

    /// Of a picture whose rows are the `oldPixels` of the table.
    private func resampledAlongColumns(_ table: ResampleWeights) -> Image {
        let rowLength = width * channels
        return Image(width: width, height: table.count, channels: channels) { target in
            pixels.withUnsafeBufferPointer { source in
                table.weights.withUnsafeBufferPointer { weights in
                    for row in 0..<table.count {
                        ck_resample_column(
                            source.baseAddress! + Int(table.firstPixels[row]) * rowLength,
                            target.baseAddress! + row * rowLength, rowLength, Int(table.counts[row]),
                            weights.baseAddress! + row * table.stride)
                    }
                }
            }
        }
    }
}
