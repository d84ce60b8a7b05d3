/// Where an HDF5 file starts and how it counts (HDF5 File Format Specification 3.0, section II).
struct HDF5Superblock: Sendable {
    /// What addresses count from: the file from the base address on.
    let bytes: ForeignBytes
    let widths: HDF5Cursor.Widths
    let rootHeader: Int

    /// Most bytes to take up at once for anything in the file.
    var sizeLimit: Int { bytes.count * 4 + 1 << 20 }

    static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

    /// Where the superblock may be: at 0, or at 512 and its doublings after a block of the user's.
    static func offset(in file: ForeignBytes) -> Int? {
        var offset = 0
        while offset < file.count {
            if file.hasBytes(signature, at: offset) { return offset }
            offset = offset == 0 ? 512 : offset * 2
        }
        return nil
    }

    init(_ file: ForeignBytes) throws(ForeignFileError) {
        guard let start = Self.offset(in: file) else {
            throw file.error(at: 0, "it is no HDF5 file: the signature is missing", fix: "give an HDF5 file")
        }
        var cursor = HDF5Cursor(file, .init(address: 8, length: 8), at: start + 8)
        let version = try cursor.byte()
        switch version {
        case 0, 1:
            // Versions of free space, root group and shared messages, and a reserved byte.
            cursor.skip(4)
            let widths = try Self.widths(&cursor)
            // Reserved byte, sizes of B-tree nodes, flags; version 1 adds four bytes.
            cursor.skip(1 + 4 + 4 + (version == 1 ? 4 : 0))
            cursor = HDF5Cursor(file, widths, at: cursor.offset)
            let base = try cursor.address() ?? 0
            // Free space, end of file, driver; then the root's symbol table entry: name, object header.
            for _ in 0..<3 { _ = try cursor.address() }
            _ = try cursor.number(width: widths.address)
            let root = try cursor.address()
            try self.init(file, base: base, widths, root: root, at: cursor.offset)
        case 2, 3:
            let widths = try Self.widths(&cursor)
            cursor.skip(1)
            cursor = HDF5Cursor(file, widths, at: cursor.offset)
            let base = try cursor.address() ?? 0
            // Extension, end of file.
            for _ in 0..<2 { _ = try cursor.address() }
            let root = try cursor.address()
            try self.init(file, base: base, widths, root: root, at: cursor.offset)
        default:
            throw file.error(
                at: start + 8, "version \(version) of the superblock is not known", fix: "rewrite it with h5repack")
        }
    }

    private init(
        _ file: ForeignBytes, base: Int, _ widths: HDF5Cursor.Widths, root: Int?, at offset: Int
    ) throws(ForeignFileError) {
        guard let root else { throw file.error(at: offset, "it has no root group") }
        guard base <= file.count else { throw file.error(at: offset, "its data start behind its end") }
        bytes = try file.part(at: base, count: file.count - base, "the data")
        self.widths = widths
        rootHeader = root
    }

    private static func widths(_ cursor: inout HDF5Cursor) throws(ForeignFileError) -> HDF5Cursor.Widths {
        let start = cursor.offset
        let widths = HDF5Cursor.Widths(address: try cursor.byte(), length: try cursor.byte())
        guard [2, 4, 8].contains(widths.address), [2, 4, 8].contains(widths.length) else {
            throw cursor.bytes.error(
                at: start, "addresses of \(widths.address) and lengths of \(widths.length) bytes are not known")
        }
        return widths
    }
}
