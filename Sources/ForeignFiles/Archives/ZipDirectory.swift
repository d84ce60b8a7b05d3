/// The central directory of a zip archive: where it lies, and the parsing of its records.
struct ZipDirectory {
    private let bytes: ForeignBytes
    let range: Range<Int>
    let entryCount: Int

    private static let endSize = 22
    private static let recordSize = 46
    private static let localHeaderSize = 30

    /// Finds the directory from the end of the archive.
    init(_ bytes: ForeignBytes) throws(ForeignFileError) {
        self.bytes = bytes
        let end = try Self.endRecord(bytes)
        var count = Int(try bytes.integer(UInt16.self, at: end + 10))
        var size = Int(try bytes.integer(UInt32.self, at: end + 12))
        var offset = Int(try bytes.integer(UInt32.self, at: end + 16))
        var disks = [try bytes.integer(UInt16.self, at: end + 4), try bytes.integer(UInt16.self, at: end + 6)]
        var directoryLimit = end
        if count == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF {
            guard bytes.hasBytes([0x50, 0x4B, 6, 7], at: end - 20) else {
                throw bytes.error(at: end, "the archive says zip64, but has no zip64 locator")
            }
            let record = try Self.size(bytes, at: end - 20 + 8)
            guard bytes.hasBytes([0x50, 0x4B, 6, 6], at: record) else {
                throw bytes.error(at: record, "there is no zip64 end record where the locator says")
            }
            count = try Self.size(bytes, at: record + 32)
            size = try Self.size(bytes, at: record + 40)
            offset = try Self.size(bytes, at: record + 48)
            disks = [0, 0]
            directoryLimit = record
        }
        guard disks.allSatisfy({ $0 == 0 || $0 == 0xFFFF }) else {
            throw bytes.error(
                at: end, "is one volume of several", fix: "join the volumes into one archive, then pack it again")
        }
        guard offset <= directoryLimit, size <= directoryLimit - offset, count <= size / Self.recordSize else {
            throw bytes.error(
                at: end, "the archive claims a directory of \(count) entries in \(size) bytes at byte \(offset)")
        }
        range = offset..<offset + size
        entryCount = count
    }

    /// The entry whose record begins at a position, and where the next record begins.
    func entry(at position: Int) throws(ForeignFileError) -> (entry: ZipArchive.Entry, next: Int) {
        guard position <= range.upperBound - Self.recordSize, bytes.hasBytes([0x50, 0x4B, 1, 2], at: position) else {
            throw bytes.error(at: position, "an entry of the directory was due")
        }
        let flags = try bytes.integer(UInt16.self, at: position + 8)
        let method = try bytes.integer(UInt16.self, at: position + 10)
        let checksum = try bytes.integer(UInt32.self, at: position + 16)
        let nameSize = Int(try bytes.integer(UInt16.self, at: position + 28))
        let extraSize = Int(try bytes.integer(UInt16.self, at: position + 30))
        let commentSize = Int(try bytes.integer(UInt16.self, at: position + 32))
        let next = position + Self.recordSize + nameSize + extraSize + commentSize
        guard next <= range.upperBound else {
            throw bytes.error(at: position, "an entry of the directory reaches beyond it")
        }
        let name = try bytes.part(at: position + Self.recordSize, count: nameSize, "a name")
        guard flags & 1 == 0 else {
            throw bytes.error(
                at: position, "entry '\(name.text)' is encrypted", fix: "pack the archive again without a password")
        }
        guard method == 0 || method == 8 else {
            throw bytes.error(
                at: position, "entry '\(name.text)' is compressed with method \(method)",
                fix: "pack the archive again, stored or deflated")
        }
        let sizes = try sizes(at: position, extra: position + Self.recordSize + nameSize, extraSize)
        let isDeflated = method == 8
        guard isDeflated || sizes.stored == sizes.size else {
            throw bytes.error(
                at: position, "entry '\(name.text)' is stored, but claims \(sizes.stored) bytes for \(sizes.size)")
        }
        let start = try dataStart(sizes.offset, name)
        let data = try bytes.part(at: start, count: sizes.stored, "entry '\(name.text)'")
        let end = start + data.count
        let entry = ZipArchive.Entry(
            name: name.text, size: sizes.size, isDeflated: isDeflated, checksum: checksum, extent: sizes.offset..<end,
            data: start..<end)
        return (entry, next)
    }

    /// The end record: the last signature whose comment reaches exactly to the end.
    private static func endRecord(_ bytes: ForeignBytes) throws(ForeignFileError) -> Int {
        var position = bytes.count - endSize
        let lowest = max(0, position - 0xFFFF)
        while position >= lowest {
            if bytes.hasBytes([0x50, 0x4B, 5, 6], at: position),
                Int(try bytes.integer(UInt16.self, at: position + 20)) == bytes.count - endSize - position
            {
                return position
            }
            position -= 1
        }
        throw bytes.error(at: bytes.count, "the zip archive has no end: its directory is missing")
    }

    /// The sizes and the offset of an entry, from the zip64 field where the record says so.
    private func sizes(
        at position: Int, extra: Int, _ extraSize: Int
    ) throws(ForeignFileError) -> (stored: Int, size: Int, offset: Int) {
        var values = [
            Int(try bytes.integer(UInt32.self, at: position + 24)),
            Int(try bytes.integer(UInt32.self, at: position + 20)),
            Int(try bytes.integer(UInt32.self, at: position + 42)),
        ]
        let missing = values.indices.filter { values[$0] == 0xFFFF_FFFF }
        if !missing.isEmpty {
            var field = extra
            while field + 4 <= extra + extraSize, try bytes.integer(UInt16.self, at: field) != 1 {
                field += 4 + Int(try bytes.integer(UInt16.self, at: field + 2))
            }
            guard field + 4 + missing.count * 8 <= extra + extraSize else {
                throw bytes.error(at: position, "an entry says zip64, but has no zip64 sizes")
            }
            for (place, index) in missing.enumerated() {
                values[index] = try Self.size(bytes, at: field + 4 + place * 8)
            }
        }
        return (stored: values[1], size: values[0], offset: values[2])
    }

    /// Where the data of an entry begin, from its local header, whose name must be the same.
    private func dataStart(_ offset: Int, _ name: ForeignBytes) throws(ForeignFileError) -> Int {
        guard bytes.hasBytes([0x50, 0x4B, 3, 4], at: offset) else {
            throw bytes.error(at: offset, "entry '\(name.text)' does not begin where the directory says")
        }
        let nameSize = Int(try bytes.integer(UInt16.self, at: offset + 26))
        let extraSize = Int(try bytes.integer(UInt16.self, at: offset + 28))
        let local = try bytes.part(at: offset + Self.localHeaderSize, count: nameSize, "a name")
        guard local.array == name.array else {
            throw bytes.error(at: offset, "entry '\(name.text)' calls itself '\(local.text)'")
        }
        return offset + Self.localHeaderSize + nameSize + extraSize
    }

    /// A 64-bit size or offset that fits the machine's.
    private static func size(_ bytes: ForeignBytes, at offset: Int) throws(ForeignFileError) -> Int {
        let value = try bytes.integer(UInt64.self, at: offset)
        guard let size = Int(exactly: value), size <= bytes.count.multipliedReportingOverflow(by: 2000).partialValue
        else { throw bytes.error(at: offset, "\(value) bytes are claimed, but the archive has \(bytes.count)") }
        return size
    }
}
