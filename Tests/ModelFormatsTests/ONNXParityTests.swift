import Foundation
import ModelFormats
import NeuralNetwork
import TestSupport
import Tensors
import Testing

/// Small models against what ONNX Runtime computes with them (`Scripts/golden/onnx_files.py`).
@Suite struct ONNXParityTests {
    private static let folder = Bundle.module.resourceURL!.appendingPathComponent("Golden/onnx")

    private func file(_ name: String) throws -> ONNXFile {
        try ONNXFile(path: Self.folder.appendingPathComponent(name + ".onnx").path)
    }

    private func expected(_ name: String) throws -> SafetensorsFile {
        try SafetensorsFile(path: Self.folder.appendingPathComponent(name + ".safetensors").path)
    }

    /// With the number of layers whose values are compared.
    @Test(
        arguments: [
            ("convolutions", 8), ("pools", 16), ("activations", 23), ("channels_last", 7), ("shapes", 7), ("old", 11),
            ("external", 16), ("torchscript", 8), ("dynamo", 8),
            ("context", 5),
        ])
    func `every layer makes what ONNX Runtime makes`(name: String, layers: Int) throws {
        let expected = try expected(name)
        let size = try #require(expected.entries.first { $0.name == "input" }).shape.suffix(2)
        let model = try file(name).model(imageSize: Array(size)).model()
        var request = PlanRequest(batch: 1)
        request.activations = Set(model.network.nodes.indices)
        let outputs = try NetworkRunner(model, request, threads: 1).activations(of: try expected.tensor("input"))
        let names = Set(expected.entries.map(\.name))
        var compared = 0
        for (index, node) in model.network.nodes.enumerated() where names.contains("layer/" + node.name) {
            let reference = try expected.tensor("layer/" + node.name)
            // A mean that drops its axes is a pool and a flatten to us.
            let difference = deviation(outputs[index]!.reshaped(to: reference.shape), from: reference)
            #expect(difference.relativeNorm < 1e-5, "\(node.name): \(difference)")
            compared += 1
        }
        #expect(compared == layers, "\(model.network.layerNames)")
        let output = deviation(outputs[model.network.nodes.count - 1]!, from: try expected.tensor("output"))
        #expect(output.relativeNorm < 1e-5, "\(output)")
    }

    @Test(arguments: ["torchscript", "dynamo"]) func `modules keep the names they had in PyTorch`(name: String) throws {
        let names = Set(try file(name).model().network.parameters.map(\.name))
        for layer in ["features.0", "layer1.0.conv1", "layer1.0.downsample.0", "layer1.1.conv2", "classifier.1"] {
            #expect(names.isSuperset(of: [layer + ".weight", layer + ".bias"]), "\(layer) in \(names.sorted())")
        }
    }

    @Test func `numbers of every type are read, raw or listed`() throws {
        let (file, expected) = (try file("types"), try expected("types"))
        #expect(file.weights.count == expected.entries.count)
        for entry in file.weights {
            #expect(try file.tensor(entry.name) == expected.tensor(entry.name), "\(entry.name)")
        }
        #expect(file.weights.first == WeightEntry(name: "float_raw", type: "float", shape: [2, 3]))
    }

    @Test func `a model whose image size is open takes the one that is given`() throws {
        let file = try file("torchscript")
        #expect(try file.model(imageSize: [24, 20]).network.inputShape == [3, 24, 20])
        #expect(try file.model().network.inputShape == [3, 16, 14])
        let error = #expect(throws: ModelFileError.self) { try self.file("context").model() }
        #expect(error?.what == "its input 'image' leaves height or width open")
        #expect(error?.fix.contains(#""image_size": 224"#) == true)
    }
}
