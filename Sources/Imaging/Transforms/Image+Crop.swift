extension Image {
    /// The part of the picture whose upper left pixel is (`x`, `y`); it must lie inside.
    public func cropped(x: Int, y: Int, width newWidth: Int, height newHeight: Int) -> Image {
        precondition(
            x >= 0 && y >= 0 && newWidth > 0 && newHeight > 0 && x + newWidth <= width && y + newHeight <= height,
            "\(newWidth) x \(newHeight) pixels at (\(x), \(y)) do not lie in \(width) x \(height)")
        return Image(width: newWidth, height: newHeight, channels: channels) { target in
            pixels.withUnsafeBufferPointer { source in
                let rowLength = newWidth * channels
                for row in 0..<newHeight {
                    let start = ((y + row) * width + x) * channels
                    _ = UnsafeMutableBufferPointer(rebasing: target[row * rowLength..<(row + 1) * rowLength])
                        .update(fromContentsOf: source[start..<start + rowLength])
                }
            }
        }
    }

    /// The middle of the picture, as torchvision's `CenterCrop` cuts it.
    ///
    /// Where the picture is smaller than the crop it is first padded with zeros, the odd pixel right and below.
    public func centerCropped(width newWidth: Int, height newHeight: Int) -> Image {
        let padded = paddedWithZeros(toWidth: max(width, newWidth), height: max(height, newHeight))
        let (columns, rows) = (Self.center(newWidth, of: padded.width), Self.center(newHeight, of: padded.height))
        return padded.cropped(x: columns.lowerBound, y: rows.lowerBound, width: newWidth, height: newHeight)
    }

    /// Which `count` of `length` pixels torchvision's `CenterCrop` keeps.
    ///
    /// An odd remainder is split with the half rounded to even, so cutting 3 pixels leaves 2 on the left and cutting 5
    /// also leaves 2.
    public static func center(_ count: Int, of length: Int) -> Range<Int> {
        let start = Int((Double(length - count) / 2).rounded(.toNearestOrEven))
        return start..<start + count
    }

    private func paddedWithZeros(toWidth newWidth: Int, height newHeight: Int) -> Image {
        if newWidth == width && newHeight == height { return self }
        let (left, top) = ((newWidth - width) / 2, (newHeight - height) / 2)
        return Image(width: newWidth, height: newHeight, channels: channels) { target in
            target.initialize(repeating: 0)
            pixels.withUnsafeBufferPointer { source in
                let rowLength = width * channels
                for row in 0..<height {
                    let start = ((top + row) * newWidth + left) * channels
                    _ = UnsafeMutableBufferPointer(rebasing: target[start..<start + rowLength])
                        .update(fromContentsOf: source[row * rowLength..<(row + 1) * rowLength])
                }
            }
        }
    }
}
