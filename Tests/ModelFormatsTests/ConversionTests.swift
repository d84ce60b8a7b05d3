import Foundation
import ModelFormats
import TestSupport
import Testing

@Suite struct ConversionTests {
    private let folder: TemporaryFolder
    private static let golden = Bundle.module.url(forResource: "Golden", withExtension: nil)!

    init() throws { folder = try TemporaryFolder() }

    private static let safetensorsNames = [
        "float32": "F32", "float16": "F16", "bfloat16": "BF16", "float64": "F64", "int64": "I64", "int32": "I32",
        "int16": "I16", "int8": "I8", "uint8": "U8", "bool": "BOOL",
    ]

    @Test(arguments: ["types.pth", "views.pth", "legacy.pth"], [false, true])
    func `weights of a PyTorch file keep names, shapes, types and numbers`(name: String, asFloat32: Bool) throws {
        let file = try PyTorchFile(path: Self.golden.appendingPathComponent(name).path)
        try SafetensorsFile.convert(file, asFloat32: asFloat32, to: folder.path("out.safetensors"))
        let copy = try SafetensorsFile(path: folder.path("out.safetensors"))
        #expect(copy.weights.count == file.weights.count)
        for entry in file.weights {
            let found = try #require(copy.weights.first { $0.name == entry.name })
            #expect(found.shape == entry.shape)
            #expect(found.type == (asFloat32 ? "F32" : Self.safetensorsNames[entry.type]), "\(entry.name)")
            #expect(try copy.tensor(entry.name) == file.tensor(entry.name), "\(entry.name)")
        }
        // Once more, and nothing changes.
        try SafetensorsFile.convert(copy, to: folder.path("again.safetensors"))
        #expect(
            try Data(contentsOf: folder.url.appending(path: "out.safetensors"))
                == Data(contentsOf: folder.url.appending(path: "again.safetensors")))
    }

    @Test func `a tensor that cannot be read ends the conversion`() throws {
        let file = try PyTorchFile(path: Self.golden.appendingPathComponent("sparse.pth").path)
        #expect(throws: ModelFileError.self) {
            try SafetensorsFile.convert(file, to: folder.path("out.safetensors"))
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path("out.safetensors")))
    }
}
