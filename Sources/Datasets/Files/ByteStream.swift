/// The bytes of a file from start to end, decompressed when the file is gzip (known by its first bytes, not its name).
final class ByteStream {
    let path: String
    private let file: FileReader
    private let decompressor: GzipDecompressor?

    /// Bytes handed out so far: where in the decompressed file the next one stands.
    private(set) var position = 0

    /// Pictures of mostly one colour shrink to a tenth and less; what shrinks further is a bomb.
    private static let largestCompression = 64

    /// Grown in steps of this many bytes, so that memory follows what the file really holds.
    private static let step = 1 << 20

    init(path: String) throws(DatasetError) {
        self.path = path
        file = try FileReader(path: path)
        decompressor = try file.bytes(0..<2) == [0x1F, 0x8B] ? GzipDecompressor(file: file) : nil
    }

    var isCompressed: Bool { decompressor != nil }

    /// Bytes of the file as it lies on disk.
    var fileSize: Int { file.size }

    /// No honest file has more bytes than this; exact where the file is not compressed.
    var largestSize: Int { isCompressed ? file.size * Self.largestCompression + 1 << 20 : file.size }

    /// The next bytes, fewer where the stream ends early.
    func read(_ count: Int) throws(DatasetError) -> [UInt8] {
        guard let decompressor else {
            let bytes = try file.bytes(position..<position + count)
            position += bytes.count
            return bytes
        }
        var bytes: [UInt8] = []
        while bytes.count < count {
            let chunk = try decompressor.read(min(count - bytes.count, Self.step))
            if chunk.isEmpty { break }
            bytes.append(contentsOf: chunk)
        }
        position += bytes.count
        return bytes
    }

    /// Passes over bytes without keeping them; returns how many there were.
    func skip(_ count: Int) throws(DatasetError) -> Int {
        guard let decompressor else {
            let skipped = max(0, min(count, file.size - position))
            position += skipped
            return skipped
        }
        var skipped = 0
        while skipped < count {
            let chunk = try decompressor.read(min(count - skipped, Self.step))
            if chunk.isEmpty { break }
            skipped += chunk.count
        }
        position += skipped
        return skipped
    }

    /// Whether no byte follows. Of a gzip file this also checks its last checksum.
    func isAtEnd() throws(DatasetError) -> Bool {
        guard let decompressor else { return position >= file.size }
        return try decompressor.read(1).isEmpty
    }
}
