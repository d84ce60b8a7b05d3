/// The files of an uncompressed tar archive, listed at once. Nothing is ever written to a path of an entry.
///
/// Source: POSIX.1-2017, `pax`, "ustar Interchange Format".
public struct TarArchive: Sendable {
    public struct Entry: Sendable {
        public let name: String
        public let contents: ForeignBytes
    }

    /// Regular files only, in the archive's order.
    public let entries: [Entry]

    private static let block = 512

    /// Whether the bytes begin with a tar header, known by its checksum.
    public static func isTar(_ bytes: ForeignBytes) -> Bool {
        guard let header = try? bytes.part(at: 0, count: block, "a header") else { return false }
        return hasValidChecksum(header)
    }

    /// - Throws: `ForeignFileError` for a damaged archive, or one with two files of one name.
    public init(_ bytes: ForeignBytes) throws(ForeignFileError) {
        var entries: [Entry] = []
        var names: Set<String> = []
        var position = 0
        while position < bytes.count {
            let header = try bytes.part(at: position, count: Self.block, "a header")
            if header.array.allSatisfy({ $0 == 0 }) { break }
            guard Self.hasValidChecksum(header) else {
                throw bytes.error(at: position, "a header of the archive does not match its checksum")
            }
            guard let size = Self.octal(header, 124, 12) else {
                throw bytes.error(at: position, "a header of the archive states no size")
            }
            let contents = try bytes.part(at: position + Self.block, count: size, "an entry of the archive")
            let kind = try header.integer(UInt8.self, at: 156)
            // Regular files are '0', or a zero in the oldest archives.
            if kind == UInt8(ascii: "0") || kind == 0 {
                let name = try Self.name(header)
                guard names.insert(name).inserted else {
                    throw bytes.error(at: position, "the archive has two files named '\(name)'")
                }
                entries.append(Entry(name: name, contents: contents))
            }
            position += Self.block + (size + Self.block - 1) / Self.block * Self.block
        }
        self.entries = entries
    }

    public func entry(named name: String) -> Entry? { entries.first { $0.name == name } }

    private static func name(_ header: ForeignBytes) throws(ForeignFileError) -> String {
        let name = try text(header, 0, 100)
        guard header.hasBytes("ustar".utf8, at: 257), case let prefix = try text(header, 345, 155), !prefix.isEmpty
        else { return name }
        return prefix + "/" + name
    }

    private static func text(_ header: ForeignBytes, _ offset: Int, _ count: Int) throws(ForeignFileError) -> String {
        let field = try header.part(at: offset, count: count, "a name")
        return String(decoding: field.array.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// An octal number that spaces or zeros end.
    private static func octal(_ header: ForeignBytes, _ offset: Int, _ count: Int) -> Int? {
        guard let field = try? header.part(at: offset, count: count, "a number") else { return nil }
        let digits = field.array.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != 0 && $0 != UInt8(ascii: " ") }
        guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }) else { return nil }
        return Int(String(decoding: digits, as: UTF8.self), radix: 8)
    }

    /// The sum of the header's bytes, with the checksum itself taken as spaces.
    private static func hasValidChecksum(_ header: ForeignBytes) -> Bool {
        let bytes = header.array
        let sum = bytes.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
        return octal(header, 148, 8) == sum
    }
}
