import CZlib
import Foundation
import JSONValues
import ModelFormats
import NeuralNetwork
import TestSupport
import Tensors
import Testing

/// Trained networks that others published, on the images they were made for.
@Suite(.enabled(if: RealData.exists, "the folder ../shared/data is not there")) struct ONNXRealFileTests {
    private let references: JSONValue

    init() throws {
        let text = try String(contentsOfFile: RealData.path("expected/reference_outputs.json"), encoding: .utf8)
        references = try JSONDocument(parsing: text).root
    }

    @Test func `the CNTK network reads digits as it does in ONNX Runtime`() throws {
        let images = try Self.gunzip("mnist/t10k-images-idx3-ubyte.gz", skipping: 16, count: 10_000 * 784)
        let labels = try Self.gunzip("mnist/t10k-labels-idx1-ubyte.gz", skipping: 8, count: 10_000)
        let file = try ONNXFile(path: RealData.path("models/mnist-cntk-onnx/mnist.onnx")).model()
        #expect(file.network.layerNames.first == "Convolution28")
        let reference = references["mnist"]!["models/mnist-cntk-onnx/mnist.onnx (input 0..1)"]!
        try check(file.model(input: .unit), [1, 28, 28], images, labels, against: reference)
        // The file says that it wants 0...255.
        let said = references["mnist"]!["models/mnist-cntk-onnx/mnist.onnx (input 0..255)"]!
        try checkFirst(
            Self.outputs(file.model(), Tensor(shape: [3, 1, 28, 28], images[..<(3 * 784)].map { Float($0) / 255 })),
            against: said)
    }

    @Test func `the CIFAR-10 network sees what it does in ONNX Runtime`() throws {
        let records = [UInt8](
            try Data(contentsOf: URL(fileURLWithPath: RealData.path("cifar-10/test_batch_first1000.bin"))))
        let starts = stride(from: 0, to: records.count, by: 3073)
        let file = try ONNXFile(path: RealData.path("models/winml-cnn-cifar10/ImageClassifier.onnx")).model()
        #expect(file.network.parameters.map(\.name).suffix(2) == ["fc1.weight", "fc1.bias"])
        try check(
            file.model(input: InputContract(mean: [0.5], std: [0.5])), [3, 32, 32],
            starts.flatMap { records[$0 + 1..<$0 + 3073] }, starts.map { records[$0] },
            against: references["cifar-10"]!["models/winml-cnn-cifar10/ImageClassifier.onnx"]!.array![0])
    }

    @Test func `SqueezeNet in half precision sees in photographs what it does in ONNX Runtime`() throws {
        let crops = [UInt8](
            try Data(contentsOf: URL(fileURLWithPath: RealData.path("expected/imagenet_samples_crop224_rgb_u8.npy"))))
        let area = 224 * 224
        let pixels = Array(crops.suffix(20 * area * 3))
        let images = Tensor(uninitialized: [20, 3, 224, 224]) { target in
            for sample in 0..<20 {
                for channel in 0..<3 {
                    for position in 0..<area {
                        target[(sample * 3 + channel) * area + position] =
                            Float(pixels[(sample * area + position) * 3 + channel]) / 255
                    }
                }
            }
        }
        let file = try ONNXFile(path: RealData.path("models/squeezenet1.1-imagenet/SqueezeNet_fp16.onnx")).model()
        #expect(file.network.layerNames.contains("fire9.expand3x3_1"))
        let model = try file.model(input: InputContract(order: .bgr, range: 255, mean: [104, 117, 123]))
        let probabilities = try Self.outputs(model, images, node: model.network.nodes.count - 1)
        var (first, firstFive) = (0, 0)
        for (sample, (name, image)) in references["imagenet"]!["images"]!.object!.enumerated() {
            let row = probabilities.row(sample).scalars
            let order = row.indices.sorted { row[$0] > row[$1] }
            let label = image["label"]!.int!
            if order[0] == label { first += 1 }
            if order[..<5].contains(label) { firstFive += 1 }
            for pair in image["fp16_onnx_top5"]!.array! {
                let (index, expected) = (pair.array![0].int!, Float(pair.array![1].double!))
                // ONNX Runtime rounds every value to half precision on its way.
                #expect(abs(row[index] - expected) < 2e-3, "\(name): class \(index)")
            }
        }
        #expect(first == 16 && firstFive == 20)
        let logits = try Self.outputs(model, images)
        let single = [UInt8](
            try Data(
                contentsOf: URL(
                    fileURLWithPath: RealData.path("expected/imagenet_samples_squeezenet1_1_logits_f32.npy"))))
        let expected = Tensor(uninitialized: [20, 1000]) { target in
            UnsafeMutableRawBufferPointer(target).copyBytes(from: single.suffix(80_000))
        }
        // The weights of the other file are the same before they were rounded to half precision.
        #expect(deviation(logits, from: expected).relativeNorm < 1e-3)
    }

    /// Counts right answers, to one image, and compares the logits of the first three images.
    private func check(
        _ model: Model, _ shape: [Int], _ pixels: [UInt8], _ labels: [UInt8], against reference: JSONValue
    ) throws {
        let images = Tensor(shape: [labels.count] + shape, pixels.map { Float($0) / 255 })
        let logits = try Self.outputs(model, images)
        let correct = labels.indices.count { logits.row($0).indexOfMaximum == Int(labels[$0]) }
        #expect(abs(correct - reference["correct"]!.int!) <= 1, "\(correct) right")
        try checkFirst(logits, against: reference)
    }

    private func checkFirst(_ logits: Tensor, against reference: JSONValue) throws {
        let three = reference["first3"]!.array!.flatMap { $0.array!.map { Float($0.double!) } }
        let expected = Tensor(shape: [3, logits.shape[1]], three)
        let difference = deviation(logits.rows(0..<3), from: expected)
        #expect(difference.relativeNorm < 1e-4, "\(difference)")
    }

    /// - Parameter node: `nil` for the one of the logits.
    private static func outputs(_ model: Model, _ images: Tensor, node: Int? = nil) throws -> Tensor {
        let node = node ?? model.network.logitsNode
        var request = PlanRequest(batch: 20)
        request.activations = [node]
        let output = try NetworkRunner(model, request, threads: 2).activations(of: images)[node]!
        return output.reshaped(to: [images.shape[0], output.count / images.shape[0]])
    }

    private static func gunzip(_ name: String, skipping: Int, count: Int) throws -> [UInt8] {
        let file = try #require(gzopen(RealData.path(name), "rb"))
        defer { gzclose(file) }
        var bytes = [UInt8](repeating: 0, count: skipping + count)
        try #require(gzread(file, &bytes, UInt32(bytes.count)) == Int32(bytes.count))
        return Array(bytes[skipping...])
    }
}
