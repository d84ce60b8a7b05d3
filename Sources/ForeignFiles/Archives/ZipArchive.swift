/// The entries of a zip archive, listed at once and read when asked. Nothing is ever written to a path of an entry.
///
/// Stored and deflated entries, zip64 and entries with data descriptors are read. The central directory is believed
/// only where the local headers agree with it; entries that overlap, lie outside or share a name are errors, so an
/// archive means the same to every reader.
///
/// Source: PKWARE, APPNOTE.TXT, version 6.3.10.
public struct ZipArchive: Sendable {
    public struct Entry: Sendable {
        public let name: String
        /// In bytes, when decompressed.
        public let size: Int
        let isDeflated: Bool
        /// CRC-32 of the decompressed bytes.
        let checksum: UInt32
        /// From the local header to the end of the data, in the archive.
        let extent: Range<Int>
        /// The stored bytes, in the archive.
        let data: Range<Int>
    }

    public let bytes: ForeignBytes
    /// In the order of the central directory.
    public let entries: [Entry]
    private let indices: [String: Int]

    /// Whether the bytes begin as a zip archive does.
    public static func isZip(_ bytes: ForeignBytes) -> Bool {
        bytes.hasBytes([0x50, 0x4B, 3, 4]) || bytes.hasBytes([0x50, 0x4B, 5, 6])
    }

    /// Reads and checks the list of entries.
    /// - Throws: `ForeignFileError` for anything but a whole, single-volume, unencrypted archive.
    /// - Complexity: O(n log n) for n entries; the data are not touched.
    public init(_ bytes: ForeignBytes) throws(ForeignFileError) {
        self.bytes = bytes
        let directory = try ZipDirectory(bytes)
        var entries: [Entry] = []
        var indices: [String: Int] = [:]
        var position = directory.range.lowerBound
        for _ in 0..<directory.entryCount {
            let (entry, next) = try directory.entry(at: position)
            guard indices.updateValue(entries.count, forKey: entry.name) == nil else {
                throw bytes.error(at: position, "the archive has two entries named '\(entry.name)'")
            }
            entries.append(entry)
            position = next
        }
        var end = 0
        for entry in entries.sorted(by: { $0.extent.lowerBound < $1.extent.lowerBound }) {
            guard entry.extent.lowerBound >= end, entry.extent.upperBound <= directory.range.lowerBound else {
                throw bytes.error(
                    at: entry.extent.lowerBound, "entry '\(entry.name)' overlaps another or the directory")
            }
            end = entry.extent.upperBound
        }
        self.entries = entries
        self.indices = indices
    }

    public func entry(named name: String) -> Entry? { indices[name].map { entries[$0] } }

    /// The bytes of an entry: a view of the archive where they are stored, new memory where they are deflated.
    ///
    /// Deflated entries are checked against their CRC-32. Stored ones are so only by `isIntact`, because this would
    /// read them.
    /// - Parameter limit: decompressing to more bytes is an error; 4 for each byte of the archive and 1 MiB if absent.
    public func contents(of entry: Entry, limit: Int? = nil) throws(ForeignFileError) -> ForeignBytes {
        let stored = try bytes.part(at: entry.data.lowerBound, count: entry.data.count, "entry '\(entry.name)'")
        guard entry.isDeflated else { return stored }
        let limit = limit ?? bytes.count * 4 + 1 << 20
        guard entry.size <= limit else {
            throw bytes.error(
                at: entry.extent.lowerBound,
                "entry '\(entry.name)' decompresses to \(entry.size) bytes, more than the \(limit) allowed here",
                fix: "if it is no zip bomb, pack it again without compression")
        }
        let file = try MappedFile(count: entry.size, path: bytes.file.path, part: "entry '\(entry.name)'") {
            target throws(ForeignFileError) in
            guard stored.withUnsafeBytes({ Zlib.inflate($0, .raw, into: target) }) else {
                throw bytes.error(
                    at: entry.data.lowerBound, "entry '\(entry.name)' does not decompress to \(entry.size) bytes")
            }
        }
        guard isIntact(entry, file.bytes) else {
            throw bytes.error(at: entry.data.lowerBound, "entry '\(entry.name)' does not match its checksum")
        }
        return file.bytes
    }

    /// Whether the contents of an entry match its CRC-32.
    public func isIntact(_ entry: Entry, _ contents: ForeignBytes) -> Bool {
        contents.withUnsafeBytes { Zlib.checksum($0) } == entry.checksum
    }
}
