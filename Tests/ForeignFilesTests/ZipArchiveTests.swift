import ForeignFiles
import Testing

@Suite struct ZipArchiveTests {
    /// An entry as written, and what the directory says of it.
    private struct Entry {
        var name: String
        var data: [UInt8]
        var method: UInt16 = 0
        var size: Int?
        var checksum: UInt32 = 0
        /// Where the directory says that it begins, if not where it does.
        var claimedOffset: Int?
    }

    private func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    private func archive(_ entries: [Entry]) -> [UInt8] {
        var (bytes, directory): ([UInt8], [UInt8]) = ([], [])
        for entry in entries {
            let offset = bytes.count
            let common =
                little(UInt16(20)) + little(UInt16(0)) + little(entry.method) + little(UInt32(0))
                + little(entry.checksum) + little(UInt32(entry.data.count))
                + little(UInt32(entry.size ?? entry.data.count)) + little(UInt16(entry.name.utf8.count))
                + little(UInt16(0))
            bytes += [0x50, 0x4B, 3, 4] + common + Array(entry.name.utf8) + entry.data
            directory += [0x50, 0x4B, 1, 2, 20, 0] + common + [UInt8](repeating: 0, count: 10)
            directory += little(UInt32(entry.claimedOffset ?? offset)) + Array(entry.name.utf8)
        }
        let end =
            [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + little(UInt16(entries.count)) + little(UInt16(entries.count))
            + little(UInt32(directory.count)) + little(UInt32(bytes.count)) + little(UInt16(0))
        return bytes + directory + end
    }

    private func open(_ bytes: [UInt8]) throws -> ZipArchive {
        try ZipArchive(MappedFile(bytes: bytes, path: "file.zip").bytes)
    }

    /// `zlib.compressobj(9, wbits=-15)` of a thousand letters `a`.
    private let deflated: [UInt8] = [0x4B, 0x4C, 0x1C, 0x05, 0xA3, 0x60, 0x14, 0x0C, 0x77, 0x00, 0x00]
    private let checksum: UInt32 = 0x9A38_DA03

    @Test func `stored and deflated entries are read`() throws {
        let bytes = archive([
            Entry(name: "a/one", data: [1, 2, 3]),
            Entry(name: "two", data: deflated, method: 8, size: 1000, checksum: checksum),
        ])
        let zip = try open(bytes)
        #expect(zip.entries.map(\.name) == ["a/one", "two"])
        #expect(try zip.contents(of: zip.entries[0]).array == [1, 2, 3])
        #expect(try zip.contents(of: zip.entries[1]).array == [UInt8](repeating: UInt8(ascii: "a"), count: 1000))
    }

    @Test func `an archive cut off anywhere is refused`() throws {
        let whole = archive([Entry(name: "one", data: [1, 2, 3])])
        for length in whole.indices {
            #expect(throws: ForeignFileError.self, "\(length) bytes") { try open(Array(whole[..<length])) }
        }
    }

    @Test func `two entries of one name, and entries that overlap, are refused`() {
        let twice = #expect(throws: ForeignFileError.self) {
            try open(archive([Entry(name: "x", data: [1]), Entry(name: "x", data: [2])]))
        }
        #expect(twice?.what == "the archive has two entries named 'x'")
        // The first entry's data hold a whole second header, to which the directory leads.
        let inner = Array(archive([Entry(name: "y", data: [7])]).prefix(32))
        let overlapping = #expect(throws: ForeignFileError.self) {
            try open(archive([Entry(name: "x", data: inner), Entry(name: "y", data: [7], claimedOffset: 31)]))
        }
        #expect(overlapping?.what == "entry 'y' overlaps another or the directory")
    }

    @Test func `a bomb, a wrong size and a wrong checksum are refused`() throws {
        func error(_ entry: Entry) throws -> String? {
            let zip = try open(archive([entry]))
            return #expect(throws: ForeignFileError.self) { try zip.contents(of: zip.entries[0]) }?.what
        }
        let bomb = try error(Entry(name: "x", data: deflated, method: 8, size: 1 << 31, checksum: checksum))
        #expect(bomb?.contains("decompresses to 2147483648 bytes, more than the") == true)
        for size in [999, 1001] {
            let wrong = try error(Entry(name: "x", data: deflated, method: 8, size: size, checksum: checksum))
            #expect(wrong == "entry 'x' does not decompress to \(size) bytes")
        }
        let damaged = try error(Entry(name: "x", data: deflated, method: 8, size: 1000, checksum: 1))
        #expect(damaged == "entry 'x' does not match its checksum")
    }

    @Test func `a name may be any path, because none is written`() throws {
        #expect(try open(archive([Entry(name: "../../etc/passwd", data: [])])).entries[0].name == "../../etc/passwd")
    }
}
