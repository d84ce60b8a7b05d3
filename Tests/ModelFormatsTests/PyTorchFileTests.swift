import CZlib
import Foundation
import JSONValues
import ModelFormats
import Tensors
import TestSupport
import Testing

@Suite struct PyTorchFileTests {
    private static let folder = Bundle.module.url(forResource: "Golden", withExtension: nil)!

    private static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private static func golden(_ name: String) throws -> JSONObject {
        try JSONDocument(parsing: [UInt8](Data(contentsOf: folder.appendingPathComponent(name)))).root.object!
    }

    @Test(arguments: [
        "zip.pth", "legacy.pth", "legacy4.pth", "protocol4.pth", "protocol5.pth", "views.pth", "views_legacy.pth",
        "types.pth", "types_legacy.pth", "tar.pth", "checkpoint.ckpt",
        "unsigned.pth",
    ])
    func `tensors are what torch reads`(name: String) throws {
        let file = try openWeightFile(Self.path(name))
        let expected = try Self.golden("expected.json")[name]!.object!
        #expect(file.weights.map(\.name) == expected.map { $0.0 })
        for (entry, value) in zip(file.weights, expected.map { $0.1 }) {
            #expect(entry.type == value["type"]!.string!, "\(entry.name)")
            #expect(entry.shape == value["shape"]!.array!.map { $0.int! }, "\(entry.name)")
            let tensor = try file.tensor(entry.name)
            #expect(tensor.shape == entry.shape)
            #expect(tensor.scalars == value["values"]!.array!.map { Float($0.double!) }, "\(entry.name)")
        }
    }

    @Test func `a checkpoint shows what else it holds, and runs none of it`() throws {
        let file = try PyTorchFile(path: Self.path("checkpoint.ckpt"))
        #expect(file.part == "state_dict")
        #expect(file.otherTensors.contains { $0.name == "ema.0.bias" })
        #expect(file.otherTensors.contains { $0.name == "optimizer_states.0.state.4.exp_avg" })
        let values = Dictionary(uniqueKeysWithValues: file.values.map { ($0.key, $0.text) })
        #expect(values["epoch"] == "12")
        #expect(values["best"] == "91.5")
        #expect(values["hyper_parameters"] == "argparse.Namespace(…)")
        #expect(values["loss"] == "torch.nn.modules.loss.CrossEntropyLoss(…)")
        let doubled = try file.tensor("ema.0.bias")
        #expect(doubled == (try file.tensor("model.0.bias")) * 2)
    }

    @Test func `a whole module is refused with the way to save its weights`() {
        let error = #expect(throws: ModelFileError.self) { try PyTorchFile(path: Self.path("module.pt")) }
        #expect(error?.what.contains("holds a whole module, a 'torch.nn.modules.container.Sequential'") == true)
        #expect(error?.fix.contains("model.state_dict()") == true)
    }

    @Test func `a sparse tensor is listed, and named when it is read`() throws {
        let file = try PyTorchFile(path: Self.path("sparse.pth"))
        #expect(file.weights.map(\.type) == ["float32", "sparse"])
        #expect(file.weights.map(\.shape) == [[2], [3, 3]])
        #expect(try file.tensor("dense").scalars == [1, 1])
        let error = #expect(throws: ModelFileError.self) { try file.tensor("sparse") }
        #expect(error?.what == "tensor 'sparse' is of the kind 'sparse', which is not read")
    }

    @Test(arguments: ["unread.pth", "unread_legacy.pth"])
    func `tensors of kinds that are not read are listed with their shapes, and the others are read`(name: String) throws
    {
        let file = try PyTorchFile(path: Self.path(name))
        #expect(file.weights.map(\.name) == ["complex", "quantized", "dense"])
        #expect(file.weights.map(\.shape) == [[2, 3], [4], [2]])
        #expect(try file.tensor("dense").scalars == [1, 1])
        #expect(throws: ModelFileError.self) { try file.tensor("complex") }
    }

    @Test func `a missing tensor is named with the nearest one`() throws {
        let file = try PyTorchFile(path: Self.path("zip.pth"))
        let error = #expect(throws: ModelFileError.self) { try file.tensor("0.wieght") }
        #expect(error?.what == "there is no tensor '0.wieght'; did you mean '0.weight'?")
    }

    @Test func `files are known by their content, whatever their name`() throws {
        let folder = try TemporaryFolder()
        let copy = folder.path("weights.safetensors")
        try FileManager.default.copyItem(atPath: Self.path("legacy.pth"), toPath: copy)
        #expect(try openWeightFile(copy) is PyTorchFile)
        try SafetensorsFile.write([:], to: folder.path("weights.pth"))
        #expect(try openWeightFile(folder.path("weights.pth")) is SafetensorsFile)
        try Data("hello, this is no model".utf8).write(to: folder.url.appending(path: "text.pth"))
        let error = #expect(throws: ModelFileError.self) { try openWeightFile(folder.path("text.pth")) }
        #expect(error?.what == "is no kind of weight file that is read (PyTorch, safetensors, Keras, ONNX)")
    }

    @Test(.enabled(if: RealData.exists, "the real networks are not in ../shared/data"))
    func `the real networks are what torch reads`() throws {
        let models = try Self.golden("real.json")
        #expect(models.count == 7)
        for (name, tensors) in models {
            let file = try openWeightFile(RealData.path("models/" + name))
            #expect(file.weights.map(\.name) == tensors.object!.map { $0.0 }, "\(name)")
            for (key, value) in tensors.object! {
                let tensor = try file.tensor(key)
                #expect(tensor.shape == value["shape"]!.array!.map { $0.int! }, "\(name): \(key)")
                let checksum = tensor.withUnsafeBufferPointer {
                    UnsafeRawBufferPointer($0).withMemoryRebound(to: UInt8.self) {
                        crc32(0, $0.baseAddress, UInt32($0.count))
                    }
                }
                #expect(Int(checksum) == value["crc32"]!.int!, "\(name): \(key)")
            }
        }
    }
}
