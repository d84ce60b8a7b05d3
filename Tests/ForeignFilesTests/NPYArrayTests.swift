import ForeignFiles
import Testing

@Suite struct NPYArrayTests {
    private func file(_ header: String, version: UInt8 = 1, data: [UInt8] = [1, 2, 3, 4]) -> [UInt8] {
        let length = UInt32(header.utf8.count)
        let lengthBytes = (0..<(version == 1 ? 2 : 4)).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) }
        return [0x93] + Array("NUMPY".utf8) + [version, 0] + lengthBytes + Array(header.utf8) + data
    }

    private func read(_ bytes: [UInt8]) throws -> NPYArray {
        try NPYArray(MappedFile(bytes: bytes, path: "file.npy").bytes)
    }

    @Test(arguments: [1, 2, 3] as [UInt8])
    func `headers may be spelled in several ways`(version: UInt8) throws {
        for header in [
            "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2), }   \n",
            "{'descr':'<u1','shape':(2L,2L),'fortran_order':False}",
            "{\"shape\": (2,2,), \"fortran_order\": False, \"descr\": \"u1\"}",
        ] {
            let array = try read(file(header, version: version))
            #expect(array.shape == [2, 2])
            #expect(try array.floats(rows: 1..<2) == [3, 4])
        }
        let transposed = try read(file("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2)}", version: version))
        #expect(try transposed.floats(rows: 0..<2) == [1, 3, 2, 4])
    }

    @Test func `numbers of both byte orders are read`() throws {
        for (type, data, number) in [
            (">i2", [0xFF, 0xFE], -2), ("<i2", [0xFE, 0xFF], -2), ("|b1", [7], 1), (">f4", [0xC0, 0x20, 0, 0], -2.5),
            (">u8", [0, 0, 0, 1, 0, 0, 0, 0], 0x1p32), ("<f2", [0, 0x3C], 1), ("|i1", [0x80], -128),
        ] as [(String, [UInt8], Float)] {
            let array = try read(file("{'descr': '\(type)', 'fortran_order': False, 'shape': ()}", data: data))
            #expect(try array.floats(rows: 0..<1) == [number], "\(type)")
        }
    }

    @Test(arguments: [
        ("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", "holds pickled Python objects"),
        ("{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}", "has elements of the type '<c8'"),
        ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", "holds records of several fields"),
        ("{'descr': '|u1', 'fortran_order': False, 'shape': (1152921504606846976,)}", "promises the shape"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", "promises the shape"),
        ("{'descr': '|u1', 'fortran_order': False, 'shape': (0, 9223372036854775807)}", "so no elements"),
        ("{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,)}", "a length was due"),
        ("{'descr': '|u1', 'fortran_order': False, 'shape': (-4,)}", "a length was due"),
        ("{'descr': '|u1', 'fortran_order': 0, 'shape': (4,)}", "True or False was due"),
        ("{'descr': '|u1', 'fortran_order': False}", "the entry 'shape' is missing"),
        ("{'descr': '|u1', 'descr': '|u1'}", "the entry 'descr' was not due"),
        ("{'descr': __import__('os')", "a text in quotation marks was due"), ("", "'{' was due"),
        ("{'descr': '|u1', 'shape': (" + String(repeating: "1,", count: 65) + ")}", "more than 64 axes"),
    ])
    func `a header that cannot be is refused`(header: String, what: String) {
        let error = #expect(throws: ForeignFileError.self) { try read(file(header)) }
        #expect(error?.what.contains(what) == true, "\(error?.what ?? "")")
    }

    @Test func `a file that is cut anywhere is refused`() {
        let whole = file("{'descr': '|u1', 'fortran_order': False, 'shape': (4,)}")
        for size in 0..<whole.count {
            #expect(throws: ForeignFileError.self) { try read(Array(whole.prefix(size))) }
        }
    }
}
