/// What was done to the bytes of each chunk before they were stored, to be undone in reverse.
struct HDF5Filters: Sendable {
    private enum Filter: Sendable {
        case deflate
        /// Bytes of the elements are sorted by their place: all first bytes, all second bytes, …
        case shuffle(elementSize: Int)
        case checksum
        /// Marc Lehmann's LZF, as h5py registers it.
        case lzf
    }

    private let filters: [Filter]

    /// In words: `gzip 4`, `shuffle`.
    let names: [String]

    static let none = HDF5Filters(filters: [], names: [])

    var isEmpty: Bool { filters.isEmpty }

    /// How many times larger the content can be than what is stored: deflate makes 1032 bytes of one at best.
    private var expansion: Int {
        filters.contains { filter in
            switch filter {
            case .deflate, .lzf: true
            case .shuffle, .checksum: false
            }
        } ? 1032 : 1
    }

    private init(filters: [Filter], names: [String]) {
        self.filters = filters
        self.names = names
    }

    /// Reads a filter pipeline message (specification, section IV.A.2.l).
    init(_ body: ForeignBytes) throws(ForeignFileError) {
        var cursor = HDF5Cursor(body, .init(address: 8, length: 8))
        let version = try cursor.byte()
        guard (1...2).contains(version) else { throw body.error(at: 0, "version \(version) of filters is not known") }
        let count = try cursor.byte()
        guard count <= 32 else { throw body.error(at: 1, "\(count) filters; HDF5 allows 32") }
        if version == 1 { cursor.skip(6) }
        var filters: [Filter] = []
        var names: [String] = []
        for _ in 0..<count {
            let id = try cursor.short()
            let nameLength = version == 1 || id >= 256 ? try cursor.short() : 0
            cursor.skip(2)
            let valueCount = try cursor.short()
            let name = try cursor.text(nameLength, "the name of a filter")
            if version == 1 { cursor.skip(-nameLength & 7) }
            var values: [Int] = []
            for _ in 0..<valueCount { values.append(try cursor.word()) }
            if version == 1, valueCount % 2 == 1 { cursor.skip(4) }
            switch id {
            case 1:
                filters.append(.deflate)
                names.append((["gzip"] + values.prefix(1).map(String.init)).joined(separator: " "))
            case 2:
                filters.append(.shuffle(elementSize: max(values.first ?? 1, 1)))
                names.append("shuffle")
            case 3:
                filters.append(.checksum)
                names.append("fletcher32")
            case 32000:
                filters.append(.lzf)
                names.append("lzf")
            default:
                throw body.error(
                    at: 0, "it is compressed by filter \(id)\(name.isEmpty ? "" : " ('\(name)')")",
                    fix: "write it with gzip, lzf or no compression")
            }
        }
        self.filters = filters
        self.names = names
    }

    /// The content of a chunk.
    /// - Parameter count: bytes of it.
    func undo(_ stored: ForeignBytes, mask: Int, count: Int) throws(ForeignFileError) -> [UInt8] {
        guard count <= stored.count * expansion + 64 else {
            throw stored.error(at: 0, "a chunk of \(stored.count) bytes claims to hold \(count)")
        }
        var bytes = try stored.copied()
        for (position, filter) in filters.enumerated().reversed() where mask >> position & 1 == 0 {
            // Checksums that were added earlier are still behind the content.
            let checksums = filters[..<position].count { if case .checksum = $0 { true } else { false } }
            let due = count + 4 * checksums
            switch filter {
            case .deflate:
                var content = [UInt8](repeating: 0, count: due)
                let isWhole = bytes.withUnsafeBytes { source in
                    content.withUnsafeMutableBytes { Zlib.inflate(source, .zlib, into: $0) }
                }
                guard isWhole else { throw stored.error(at: 0, "a chunk cannot be decompressed") }
                bytes = content
            case .lzf:
                guard let content = LZF.decompress(bytes, count: due) else {
                    throw stored.error(at: 0, "a chunk cannot be decompressed")
                }
                bytes = content
            case .shuffle(let size): bytes = Self.unshuffled(bytes, size)
            case .checksum: bytes = try Self.checked(bytes, stored)
            }
        }
        guard bytes.count == count else {
            throw stored.error(at: 0, "a chunk has \(bytes.count) bytes instead of \(count)")
        }
        return bytes
    }

    private static func unshuffled(_ bytes: [UInt8], _ size: Int) -> [UInt8] {
        let count = bytes.count / size
        guard size > 1, count > 1 else { return bytes }
        // What does not fill an element stays at the end.
        var result = bytes
        for byte in 0..<size {
            for element in 0..<count { result[element * size + byte] = bytes[byte * count + element] }
        }
        return result
    }

    /// Fletcher's checksum over 16-bit words, behind the bytes it covers.
    private static func checked(_ bytes: [UInt8], _ stored: ForeignBytes) throws(ForeignFileError) -> [UInt8] {
        guard bytes.count >= 4 else { throw stored.error(at: 0, "a chunk without its checksum") }
        let content = bytes.dropLast(4)
        var (low, high) = (0, 0)
        for start in stride(from: 0, to: content.count, by: 2) {
            low += Int(content[start]) << 8 | (start + 1 < content.count ? Int(content[start + 1]) : 0)
            high += low
            low %= 65535
            high %= 65535
        }
        let found = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        // 0 and 65535 are the same in the arithmetic of the checksum.
        func isSame(_ a: Int, _ b: Int) -> Bool { a % 65535 == b % 65535 }
        guard isSame(found & 0xFFFF, low), isSame(found >> 16, high) else {
            throw stored.error(at: 0, "a chunk does not match its checksum")
        }
        return Array(content)
    }
}
