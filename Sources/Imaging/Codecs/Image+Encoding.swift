import CImageCodecs

extension Image {
    /// The picture as an 8-bit PNG. Equal pictures give equal bytes.
    /// - Throws: `ImageError` when memory runs out.
    public func encodedPNG() throws(ImageError) -> [UInt8] {
        try encoded(as: .png) { buffer, message in
            codec_png_encode(pixels, UInt32(width), UInt32(height), Int32(channels), &buffer, message)
        }
    }

    /// The picture as a baseline JPEG, alpha dropped. Equal pictures give equal bytes.
    /// - Parameter quality: 1...100, as libjpeg counts it.
    /// - Throws: `ImageError` when a side is longer than the 65,500 pixels of the format, or memory runs out.
    public func encodedJPEG(quality: Int = 90) throws(ImageError) -> [UInt8] {
        precondition((1...100).contains(quality), "JPEG quality \(quality) is outside 1...100")
        let opaque = channels == 4 ? convertedToRGB() : self
        return try encoded(as: .jpeg) { buffer, message in
            codec_jpeg_encode(
                opaque.pixels, UInt32(width), UInt32(height), Int32(opaque.channels), Int32(quality), &buffer, message)
        }
    }

    private func encoded(
        as format: ImageFormat, _ call: (inout codec_buffer, UnsafeMutablePointer<CChar>) -> Int32
    ) throws(ImageError) -> [UInt8] {
        var buffer = codec_buffer()
        defer { codec_buffer_free(&buffer) }
        try checked(format, "picture of \(width) x \(height) pixels") { call(&buffer, $0) }
        return Array(UnsafeBufferPointer(start: buffer.bytes, count: buffer.count))
    }
}
