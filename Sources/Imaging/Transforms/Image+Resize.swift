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
    public func resized(shorterSide length: Int, filter: ResampleFilter = .bilinear) -> Image {
        precondition(length > 0, "cannot resize to a shorter side of \(length) pixels")
        let longer = Int(Double(length * max(width, height)) / Double(min(width, height)))
        return width <= height
            ? resized(width: length, height: longer, filter: filter)
            : resized(width: longer, height: length, filter: filter)
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
                table.weights.withUnsafeBufferPointer { weights in
                    for row in 0..<height {
                        mixRow(
                            source.baseAddress! + row * width * channels, table, weights.baseAddress!,
                            into: target.baseAddress! + row * newWidth * channels)
                    }
                }
            }
        }
    }

    private func mixRow(
        _ source: UnsafePointer<UInt8>, _ table: ResampleWeights, _ weights: UnsafePointer<Int32>,
        into target: UnsafeMutablePointer<UInt8>
    ) {
        for (position, first) in table.firstPixels.enumerated() {
            let kernel = weights + position * table.stride
            let taps = table.counts[position]
            let start = source + first * channels
            let output = target + position * channels
            if channels == 3 {
                // The common case keeps three sums in registers.
                var (red, green, blue) = (roundingHalf, roundingHalf, roundingHalf)
                for tap in 0..<taps {
                    let weight = kernel[tap]
                    red &+= Int32(start[tap &* 3]) &* weight
                    green &+= Int32(start[tap &* 3 &+ 1]) &* weight
                    blue &+= Int32(start[tap &* 3 &+ 2]) &* weight
                }
                output[0] = clampedSample(red)
                output[1] = clampedSample(green)
                output[2] = clampedSample(blue)
            } else {
                for channel in 0..<channels {
                    var sum = roundingHalf
                    for tap in 0..<taps { sum &+= Int32(start[tap &* channels &+ channel]) &* kernel[tap] }
                    output[channel] = clampedSample(sum)
                }
            }
        }
    }

    private func resizedAlongColumns(to newHeight: Int, _ filter: ResampleFilter) -> Image {
        let table = ResampleWeights(from: height, to: newHeight, filter: filter)
        let rowLength = width * channels
        var sums = [Int32](repeating: 0, count: rowLength)
        return Image(width: width, height: newHeight, channels: channels) { target in
            pixels.withUnsafeBufferPointer { source in
                sums.withUnsafeMutableBufferPointer { sums in
                    for row in 0..<newHeight {
                        sums.update(repeating: roundingHalf)
                        for tap in 0..<table.counts[row] {
                            let weight = table.weights[row * table.stride + tap]
                            let line = source.baseAddress! + (table.firstPixels[row] + tap) * rowLength
                            for index in 0..<rowLength { sums[index] &+= Int32(line[index]) &* weight }
                        }
                        let output = target.baseAddress! + row * rowLength
                        for index in 0..<rowLength { output[index] = clampedSample(sums[index]) }
                    }
                }
            }
        }
    }
}

/// A half in the fixed point of `ResampleWeights`: added before cutting, it rounds.
private let roundingHalf: Int32 = 1 << (ResampleWeights.precisionBits - 1)

@inline(__always)
private func clampedSample(_ sum: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: min(max(sum >> ResampleWeights.precisionBits, 0), 255))
}
