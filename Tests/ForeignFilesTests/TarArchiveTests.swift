import ForeignFiles
import Testing

@Suite struct TarArchiveTests {
    private func open(_ bytes: [UInt8]) throws -> TarArchive {
        try TarArchive(MappedFile(bytes: bytes, path: "file.tar").bytes)
    }

    /// A header in the style of ustar, and contents filled up to a block.
    private func entry(
        _ name: String, _ contents: [UInt8] = [], kind: Character = "0", size: String? = nil, prefix: String = ""
    ) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        put(name, at: 0)
        put(size ?? String(contents.count, radix: 8), at: 124)
        put(String(kind), at: 156)
        put("ustar", at: 257)
        put(prefix, at: 345)
        put("        ", at: 148)
        put(String(header.reduce(0) { $0 + Int($1) }, radix: 8) + "\0", at: 148)
        return header + contents + [UInt8](repeating: 0, count: -contents.count & 511)
    }

    @Test func `a name may be any path, because none is written, and links are no files`() throws {
        let archive = try open(
            entry("../../etc/passwd", [1]) + entry("/etc/shadow", [2]) + entry("link", kind: "2")
                + entry("hard", kind: "1") + entry("device", kind: "3") + entry("b", [3], prefix: "a")
                + [UInt8](repeating: 0, count: 1024))
        #expect(archive.entries.map(\.name) == ["../../etc/passwd", "/etc/shadow", "a/b"])
        #expect(archive.entries.map(\.contents.array) == [[1], [2], [3]])
    }

    @Test(arguments: [
        ("77777777777", "an entry of the archive claims 8589934591 bytes, but the file ends at byte 1024"),
        ("777777777777", "an entry of the archive claims 68719476735 bytes, but the file ends at byte 1024"),
        ("-1", "a header of the archive states no size"), ("\u{7F}", "a header of the archive states no size"),
        ("9", "a header of the archive states no size"),
    ])
    func `a size that lies is refused`(size: String, what: String) {
        let error = #expect(throws: ForeignFileError.self) { try open(entry("x", [1], size: size)) }
        #expect(error?.what == what)
    }

    @Test func `two files of one name, and a cut or changed archive, are refused`() throws {
        let twice = #expect(throws: ForeignFileError.self) { try open(entry("x", [1]) + entry("x", [2])) }
        #expect(twice?.what == "the archive has two files named 'x'")
        let whole = entry("x", [UInt8](repeating: 7, count: 600))
        // Behind the contents may be less than a whole block.
        for length in 1..<512 + 600 {
            #expect(throws: ForeignFileError.self, "\(length) bytes") { try open(Array(whole[..<length])) }
        }
        // The checksum itself may be followed by anything.
        for place in Array(0..<148) + Array(156..<512) {
            var changed = whole
            changed[place] ^= 1
            #expect(throws: ForeignFileError.self, "byte \(place)") { try open(changed) }
        }
    }
}
