/// The files of an uncompressed tar archive, listed at once. Nothing is ever written to a path of an entry.
public struct TarArchive: Sendable {
    public struct Entry: Sendable {
        public let name: String
        public let contents: ForeignBytes
    }

    /// Regular files only, in the archive's order.
    public let entries: [Entry]

    /// Whether the bytes begin with a tar header, known by its checksum.
    public static func isTar(_ bytes: ForeignBytes) -> Bool {
        guard let header = try? bytes.part(at: 0, count: TarHeader.blockSize, "a header") else { return false }
        return TarHeader.hasValidChecksum(header)
    }

    /// - Throws: `ForeignFileError` for a damaged archive, or one with two files of one name.
    public init(_ bytes: ForeignBytes) throws(ForeignFileError) {
        var entries: [Entry] = []
        var names: Set<String> = []
        var position = 0
        while position < bytes.count {
            let block = try bytes.part(at: position, count: TarHeader.blockSize, "a header")
            guard let header = try TarHeader(block) else { break }
            let contents = try bytes.part(
                at: position + TarHeader.blockSize, count: header.size, "an entry of the archive")
            if header.isRegularFile {
                guard names.insert(header.name).inserted else {
                    throw bytes.error(at: position, "the archive has two files named '\(header.name)'")
                }
                entries.append(Entry(name: header.name, contents: contents))
            }
            position += TarHeader.blockSize + header.paddedSize
        }
        self.entries = entries
    }

    public func entry(named name: String) -> Entry? { entries.first { $0.name == name } }
}
