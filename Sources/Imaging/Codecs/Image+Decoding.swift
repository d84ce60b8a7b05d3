import CImageCodecs

extension Image {
    /// Reads a PNG or JPEG file; which of the two is told by its first bytes.
    ///
    /// See `decode(_:as:from:)` for what becomes of depth, palette, alpha, inks and orientation.
    /// - Throws: `ImageError`.
    public static func read(_ path: String, as pixelFormat: PixelFormat = .rgb) throws(ImageError) -> Image {
        try decode(FileBytes.read(path).bytes, as: pixelFormat, from: path)
    }

    /// Decodes a PNG or JPEG.
    ///
    /// - PNG: palettes are looked up, 1, 2 and 4-bit gray is spread over 0...255, of 16-bit samples the high byte
    ///   counts, gamma and profiles are ignored. Unless `.rgba` is asked for, alpha is dropped, not blended: a
    ///   transparent pixel shows the colour stored beneath, as with Pillow's `convert("RGB")`.
    /// - JPEG: gray, RGB and YCbCr, baseline or progressive; CMYK and YCCK as Adobe stores them (inverted). The EXIF
    ///   orientation is applied, so the picture stands upright.
    ///
    /// Damage of any kind is an error: no picture is ever half read. Stray bytes behind the last pixel of a JPEG are
    /// none. More than 178,956,970 pixels, and sizes that the data are too short for, are refused before memory is
    /// taken.
    ///
    /// - Parameter source: what the data are called in errors.
    /// - Throws: `ImageError`.
    /// - Complexity: O(pixels)
    public static func decode(
        _ bytes: [UInt8], as pixelFormat: PixelFormat = .rgb, from source: String = "picture"
    ) throws(ImageError) -> Image {
        let header = try ImageHeader(bytes: bytes, fileLength: bytes.count, source: source)
        let stored = try decodeStored(bytes, header: header, keepingAlpha: pixelFormat == .rgba, source: source)
        let upright = stored.turned(header.orientation)
        return switch pixelFormat {
        case .native: upright
        case .gray: upright.convertedToGray()
        case .rgb: upright.convertedToRGB()
        case .rgba: upright.convertedToRGBA()
        }
    }

    /// The pixels as they lie in the file, before they are turned.
    private static func decodeStored(
        _ bytes: [UInt8], header: ImageHeader, keepingAlpha: Bool, source: String
    ) throws(ImageError) -> Image {
        let channels = keepingAlpha && header.hasAlpha ? 4 : header.channels
        let swaps = header.orientation.swapsSides
        let (width, height) = swaps ? (header.height, header.width) : (header.width, header.height)
        do {
            return try Image(width: width, height: height, channels: channels) { pixels in
                try checked(header.format, source) { message in
                    switch header.format {
                    case .png:
                        codec_png_decode(
                            bytes, bytes.count, Int32(channels), pixels.baseAddress, width * height, message)
                    case .jpeg:
                        codec_jpeg_decode(
                            bytes, bytes.count, Int32(channels), pixels.baseAddress, width * height, message)
                    }
                }
            }
        } catch {
            // The only statement that throws is `checked`; closures do not carry the type of its error here.
            throw error as! ImageError
        }
    }
}
