import Foundation
import ModelFormats
import Tensors
import TestSupport
import Testing

@Suite struct SafetensorsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `what is written is read back, and equal tensors give equal bytes`() throws {
        let tensors = [
            "b.weight": Tensor(shape: [2, 3], [1, -2, 3.5, .infinity, 1e-30, -0.0]),
            "a": Tensor(shape: [], [7]), "empty": Tensor(shape: [0, 4]),
        ]
        try SafetensorsFile.write(tensors, metadata: ["made": "here"], to: folder.path("one"))
        try SafetensorsFile.write(tensors, metadata: ["made": "here"], to: folder.path("two"))
        #expect(
            try Data(contentsOf: folder.url.appending(path: "one"))
                == Data(contentsOf: folder.url.appending(path: "two")))
        let file = try SafetensorsFile(path: folder.path("one"))
        #expect(file.metadata == ["made": "here"])
        #expect(Set(file.entries.map(\.name)) == Set(tensors.keys))
        for (name, tensor) in tensors { #expect(try file.tensor(name) == tensor) }
    }

    @Test(arguments: [[0, 1 << 40, 1 << 40], [1 << 40, 1 << 40, 0]])
    func `a length of zero does not excuse the others`(shape: [Int]) throws {
        try write(header: #"{"x":{"dtype":"F32","shape":\#(shape),"data_offsets":[0,0]}}"#, body: [])
        #expect(throws: ModelFileError.self) { try SafetensorsFile(path: path).tensor("x") }
    }

    @Test func `no two tensors of one name are written, and none with the format's own`() throws {
        #expect(throws: ModelFileError.self) {
            try SafetensorsFile.write(["__metadata__": Tensor(shape: [1], [1])], to: folder.path("own"))
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path("own")))
    }

    /// Bytes written out by hand after the format's description.
    @Test(arguments: [
        ("F16", [0x00, 0x3C, 0x00, 0xC0, 0x01, 0x00, 0xFF, 0x7B] as [UInt8], [1, -2, 0x1p-24, 65504] as [Float]),
        ("U16", [0x01, 0x00, 0xFF, 0xFF], [1, 65535]), ("U32", [0, 0, 0, 0x80], [0x1p31]),
        ("U64", [0, 0, 0, 0, 0, 0, 0, 0x80], [0x1p63]),
        ("BF16", [0x80, 0x3F, 0x20, 0xC1], [1, -10]),
        ("F64", [0, 0, 0, 0, 0, 0, 0xF8, 0x3F], [1.5]),
        ("I64", [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [-2]),
        ("U8", [200], [200]),
    ]) func `other number types become floats`(type: String, bytes: [UInt8], expected: [Float]) throws {
        let header = #"{"x":{"dtype":"\#(type)","shape":[\#(expected.count)],"data_offsets":[0,\#(bytes.count)]}}"#
        try write(header: header, body: bytes)
        #expect(try SafetensorsFile(path: path).tensor("x").scalars == expected)
    }

    @Test(
        arguments: [
            ("too short", "{", [], nil),
            (
                "not JSON", "{x", [0],
                "its header is not JSON: line 1, column 2: expected a key in double quotes, found 'x'"
            ),
            (
                "claims 2^60 elements", #"{"x":{"dtype":"F32","shape":[1152921504606846976],"data_offsets":[0,4]}}"#,
                [0, 0, 0, 0],
                "tensor 'x' of type F32 and shape [1152921504606846976] needs 4611686018427387904 bytes, but has 4"
            ),
            (
                "beyond the end", #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, [0, 0, 0, 0],
                "tensor 'x' claims bytes 0 to 8 of 4"
            ),
            (
                "overlapping",
                #"{"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"y":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}"#,
                [0, 0, 0, 0], nil
            ),
            (
                "wrong size", #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, [0, 0, 0, 0],
                "tensor 'x' of type F32 and shape [2] needs 8 bytes, but has 4"
            ),
            (
                "unknown type", #"{"x":{"dtype":"Q7","shape":[1],"data_offsets":[0,4]}}"#, [0, 0, 0, 0],
                "tensor 'x' has the unknown type 'Q7'"
            ),
            (
                "one name twice",
                #"{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"x":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}"#,
                [0, 0, 0, 0], "its header is not a JSON object with distinct keys"
            ),
            (
                "twice the same bytes",
                #"{"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"y":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#,
                [0, 0, 0, 0], "tensor 'y' starts at byte 113, but 117 was due"
            ),
            ("negative shape", #"{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, [0, 0, 0, 0], nil),
        ] as [(String, String, [UInt8], String?)])
    func `a header that lies is refused`(name: String, header: String, body: [UInt8], what: String?) throws {
        try write(header: header, body: body)
        let error = #expect(throws: ModelFileError.self) { try SafetensorsFile(path: path) }
        if let what { #expect(error?.what == what) }
    }

    @Test func `a file cut off anywhere is refused`() throws {
        try SafetensorsFile.write(["x": Tensor(shape: [5], [1, 2, 3, 4, 5])], to: path)
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for length in 0..<whole.count {
            try whole.prefix(length).write(to: URL(fileURLWithPath: path))
            #expect(throws: ModelFileError.self, "\(length) bytes") { try SafetensorsFile(path: path) }
        }
    }

    @Test func `a header length of 2^63 is refused without an allocation`() throws {
        try Data([0, 0, 0, 0, 0, 0, 0, 0x80] + [UInt8](repeating: 32, count: 100)).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: ModelFileError.self) { try SafetensorsFile(path: path) }
        #expect(error?.what == "claims a header of 9223372036854775808 bytes, but has 108 bytes in all")
    }

    @Test func `a header that is longer than tensors need is refused`() throws {
        let lists = #"{"__metadata__":{"x":["# + String(repeating: "[],", count: 1 << 20) + "0]}}"
        try write(header: lists, body: [])
        let error = #expect(throws: ModelFileError.self) { try SafetensorsFile(path: path) }
        #expect(error?.what.contains("where 1245186 are enough for a file of its size") == true, "\(error?.what ?? "")")
    }

    @Test func `a missing tensor is named with the nearest one`() throws {
        try SafetensorsFile.write(["features.0.weight": Tensor(shape: [1])], to: path)
        let error = #expect(throws: ModelFileError.self) {
            try SafetensorsFile(path: path).tensor("features.0.wieght")
        }
        #expect(error?.what == "there is no tensor 'features.0.wieght'; did you mean 'features.0.weight'?")
    }

    private var path: String { folder.path("file.safetensors") }

    private func write(header: String, body: [UInt8]) throws {
        let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
        try (length + Data(header.utf8) + Data(body)).write(to: URL(fileURLWithPath: path))
    }
}
