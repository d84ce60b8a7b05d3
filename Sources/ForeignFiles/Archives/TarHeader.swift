/// The block that stands before each entry of a tar archive.
///
/// Source: POSIX.1-2017, `pax`, "ustar Interchange Format".
public struct TarHeader: Sendable {
    /// With slashes, as the archive has it; nothing may be written there.
    public let name: String
    /// Bytes of the entry, which begin after the header and are filled up to whole blocks.
    public let size: Int
    public let isRegularFile: Bool

    /// In bytes.
    public static let blockSize = 512

    /// Reads a header; `nil` for the block of zeros that ends an archive.
    /// - Parameter block: as long as `blockSize`.
    public init?(_ block: ForeignBytes) throws(ForeignFileError) {
        if block.array.allSatisfy({ $0 == 0 }) { return nil }
        guard Self.hasValidChecksum(block) else {
            throw block.error(at: 0, "a header of the archive does not match its checksum")
        }
        guard let size = Self.octal(block, 124, 12) else {
            throw block.error(at: 0, "a header of the archive states no size")
        }
        self.size = size
        let kind = try block.integer(UInt8.self, at: 156)
        // Regular files are '0', or a zero in the oldest archives.
        isRegularFile = kind == UInt8(ascii: "0") || kind == 0
        let name = try Self.text(block, 0, 100)
        let prefix = block.hasBytes("ustar".utf8, at: 257) ? try Self.text(block, 345, 155) : ""
        self.name = prefix.isEmpty ? name : prefix + "/" + name
    }

    /// Bytes of the entry with what fills its last block.
    public var paddedSize: Int { (size + Self.blockSize - 1) / Self.blockSize * Self.blockSize }

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
    static func hasValidChecksum(_ header: ForeignBytes) -> Bool {
        let bytes = header.array
        let sum = bytes.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
        return octal(header, 148, 8) == sum
    }
}
