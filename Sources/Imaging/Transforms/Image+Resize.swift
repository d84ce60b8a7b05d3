import CKernels

extension Image {
    /// The picture in another size, equal to what Pillow's `resize` makes of gray and RGB pictures.
    ///
    /// Separable fixed-point convolution, along rows first; rounding after each axis. (Pillow 13 takes the columns first
    /// where the height shrinks far more than the width; samples then differ by a rounding.) Channels are mixed
    /// independently: alpha is not a weight.
    /// - Complexity: O(new width · height · kernel + new width · new height · kernel)
    public func resized(width newWidth: Int, height newHeight: Int, filter: ResampleFilter = .bilinear) -> Image {
        precondition(newWidth > 0 && newHeight > 0, "cannot resize to \(newWidth) x \(newHeight) pixels")
        if filter == .nearest { return resizedToNearest(width: newWidth, height: newHeight) }
        let narrowed = newWidth == width ? self : resizedAlongRows(to: newWidth, filter)
        return newHeight == height ? narrowed : narrowed.resizedAlongColumns(to: newHeight, filter)
    }

    /// The picture with its shorter side at `length` pixels, the longer one in proportion, cut to whole pixels:
    /// torchvision's `Resize(length)`.
    /// - Throws: `ImageError.Problem.tooManyPixels` where a thin line would become a giant.
    public func resized(shorterSide length: Int, filter: ResampleFilter = .bilinear) throws(ImageError) -> Image {
        precondition(length > 0, "cannot resize to a shorter side of \(length) pixels")
        let exact = Double(length) * Double(max(width, height)) / Double(min(width, height))
        let longer = Int(min(exact, Double(Int32.max)))
        let (newWidth, newHeight) = width <= height ? (length, longer) : (longer, length)
        guard length <= ImageLimits.pixels, newWidth * newHeight <= ImageLimits.pixels else {
            throw ImageError(
                source: "picture of \(width) x \(height) pixels",
                problem: .tooManyPixels(width: newWidth, height: newHeight))
        }
        return resized(width: newWidth, height: newHeight, filter: filter)
    }

    private func resizedToNearest(width newWidth: Int, height newHeight: Int) -> Image {
        let columns = Self.nearestPixels(from: width, to: newWidth)
        let rows = Self.nearestPixels(from: height, to: newHeight)
        return Image(width: newWidth, height: newHeight, channels: channels) { target in
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

    private func resizedAlongRows(to newWidth: Int, _ filter: ResampleFilter) -> Image {
        let table = ResampleWeights(from: width, to: newWidth, filter: filter)
        return Image(width: newWidth, height: height, channels: channels) { target in
            pixels.withUnsafeBufferPointer { source in
                for row in 0..<height {
                    ck_resample_row(
                        source.baseAddress! + row * width * channels,
                        target.baseAddress! + row * newWidth * channels, newWidth, channels, table.firstPixels,
                        table.counts, table.weights, table.stride)
                }
            }
        }
    }

    private func resizedAlongColumns(to newHeight: Int, _ filter: ResampleFilter) -> Image {
        let table = ResampleWeights(from: height, to: newHeight, filter: filter)
        let rowLength = width * channels
        return Image(width: width, height: newHeight, channels: channels) { target in
            pixels.withUnsafeBufferPointer { source in
                table.weights.withUnsafeBufferPointer { weights in
                    for row in 0..<newHeight {
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
