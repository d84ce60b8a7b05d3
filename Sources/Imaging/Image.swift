/// A picture of 8-bit pixels.
///
/// Rows run from top to bottom, pixels from left to right, and the channels of a pixel lie side by side: the sample of
/// channel `c` at column `x` of row `y` is `pixels[(y * width + x) * channels + c]`. Values are sRGB, 0...255; alpha is
/// not premultiplied.
public struct Image: Sendable, Equatable {
    /// Pixels per row, at least 1.
    public let width: Int
    /// Number of rows, at least 1.
    public let height: Int
    /// 1 (gray), 3 (RGB) or 4 (RGBA).
    public let channels: Int
    /// `height * width * channels` samples.
    public let pixels: [UInt8]

    public init(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
        precondition(width > 0 && height > 0, "a picture has at least one pixel, not \(width) x \(height)")
        precondition([1, 3, 4].contains(channels), "a picture has 1, 3 or 4 channels, not \(channels)")
        precondition(
            pixels.count == width * height * channels,
            "\(pixels.count) samples cannot fill \(width) x \(height) pixels of \(channels) channels")
        self.width = width
        self.height = height
        self.channels = channels
        self.pixels = pixels
    }

    /// A picture whose samples `fill` writes completely.
    init(
        width: Int, height: Int, channels: Int,
        filledBy fill: (UnsafeMutableBufferPointer<UInt8>) throws -> Void
    ) rethrows {
        let count = width * height * channels
        let pixels = try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            try fill(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            initialized = count
        }
        self.init(width: width, height: height, channels: channels, pixels: pixels)
    }
}
