import CImageCodecs

/// What a picture file says about itself, read without decoding pixels.
public struct ImageHeader: Sendable, Equatable {
    public let format: ImageFormat
    /// Pixels per row of the upright picture: orientations that turn it are already taken into account.
    public let width: Int
    /// Number of rows of the upright picture.
    public let height: Int
    /// 1 for gray files, 3 for all others: what decoding as `.native` will give.
    public let channels: Int
    /// Whether `.rgba` would show something that `.rgb` does not.
    public let hasAlpha: Bool

    let orientation: EXIFOrientation

    /// Most headers, with the preview and the profile that may come first, end before this many bytes.
    private static let usualLength = 1 << 18

    /// Reads size and channels from the beginning of a PNG or JPEG file.
    /// - Throws: `ImageError`, also for a size that the length of the file cannot hold.
    public static func read(_ path: String) throws(ImageError) -> ImageHeader {
        let (start, fileLength) = try FileBytes.read(path, upTo: usualLength)
        do throws(ImageError) {
            return try ImageHeader(bytes: start, fileLength: fileLength, source: path)
        } catch  where start.count < fileLength {
            let (bytes, _) = try FileBytes.read(path)
            return try ImageHeader(bytes: bytes, fileLength: fileLength, source: path)
        }
    }

    /// Reads the header at the beginning of `bytes`, which may be cut off after it.
    init(bytes: [UInt8], fileLength: Int, source: String) throws(ImageError) {
        guard !bytes.isEmpty else { throw ImageError(source: source, problem: .empty) }
        guard let format = ImageFormat(signatureOf: bytes) else {
            throw ImageError(source: source, problem: .unknownFormat(firstBytes: Array(bytes.prefix(4))))
        }
        var header = codec_header()
        try checked(format, source) { message in
            switch format {
            case .png: codec_png_header(bytes, bytes.count, &header, message)
            case .jpeg: codec_jpeg_header(bytes, bytes.count, &header, message)
            }
        }
        let (width, height) = (Int(header.width), Int(header.height))
        guard width * height <= ImageLimits.pixels else {
            throw ImageError(source: source, problem: .tooManyPixels(width: width, height: height))
        }
        guard header.least_bytes <= UInt64(fileLength) else {
            throw ImageError(source: source, problem: .tooShort(width: width, height: height, bytes: fileLength))
        }
        orientation = format == .jpeg ? EXIFOrientation(jpeg: bytes) : .upright
        self.format = format
        self.width = orientation.swapsSides ? height : width
        self.height = orientation.swapsSides ? width : height
        channels = Int(header.channels)
        hasAlpha = header.has_alpha != 0
    }
}

/// Calls a codec and turns its status into an error.
func checked(
    _ format: ImageFormat, _ source: String, _ call: (UnsafeMutablePointer<CChar>) -> Int32
) throws(ImageError) {
    var message = [CChar](repeating: 0, count: Int(CODEC_MESSAGE_SIZE))
    let status = message.withUnsafeMutableBufferPointer { call($0.baseAddress!) }
    if status == Int32(CODEC_OK) { return }
    let words = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let problem: ImageError.Problem =
        switch status {
        case Int32(CODEC_UNSUPPORTED): .unsupported(format, words)
        case Int32(CODEC_OUT_OF_MEMORY): .outOfMemory
        default: .damaged(format, words)
        }
    throw ImageError(source: source, problem: problem)
}
