import Foundation
import HDF5Files
import JSONValues
import Tensors
import TestSupport
import Testing

/// The pipelines of `Pipelines/models`: trained networks as their authors published them give the authors' figures.
@Suite(.enabled(if: RealData.exists, "there is no ../shared/data with trained networks in it"))
struct RealModelTests {
    struct Published: Sendable, CustomTestStringConvertible {
        let pipeline: String
        /// Where the reference outputs have it: data set, then file.
        let data: String
        let file: String
        let correct: Int
        /// What of the predictions the reference outputs are.
        var scores = "/logits"

        var testDescription: String { pipeline }
    }

    static let published = [
        Published(
            pipeline: "resnet20-cifar10", data: "cifar-10", file: "models/resnet-cifar10/resnet20-12fca82f.th",
            correct: 915),
        Published(
            pipeline: "resnet56-cifar10", data: "cifar-10", file: "models/resnet-cifar10/resnet56-4bfd9763.th",
            correct: 926),
        Published(
            pipeline: "resnet8-keras", data: "cifar-10",
            file: "models/mlperf-tiny-resnet8-cifar10/pretrainedResnet.h5 (probabilities)", correct: 881,
            scores: "/probabilities"),
        Published(
            pipeline: "cifar10-onnx", data: "cifar-10", file: "models/winml-cnn-cifar10/ImageClassifier.onnx",
            correct: 655),
        Published(
            pipeline: "mnist-onnx", data: "mnist", file: "models/mnist-cntk-onnx/mnist.onnx (input 0..1)",
            correct: 9890),
        Published(
            pipeline: "mnist-lightning", data: "mnist", file: "models/mnist-cnn-lightning/model.ckpt", correct: 9927),
        Published(
            pipeline: "mnist-pytorch", data: "mnist", file: "models/mnist-cnn-pytorch/mnist_cnn.pt", correct: 9894),
        Published(
            pipeline: "mnist-safetensors", data: "mnist", file: "models/mnist-cnn-jsgrad/mnist.safetensors",
            correct: 9916),
        Published(
            pipeline: "fashion-pytorch", data: "fashion-mnist", file: "models/fashion-cnn-pytorch/fashion_cnn.pth",
            correct: 9060),
        Published(
            pipeline: "fashion-robust", data: "fashion-mnist", file: "models/fashion-robust-pytorch/fashion_mnist.pth",
            correct: 7827),
    ]

    @Test(arguments: published)
    func `a published network tells as many images right as it did at home`(network: Published) throws {
        let predictions = try predictions(of: network.pipeline, in: Workspace(withPipelines: ()))
        let scores = try predictions.dataset(network.scores).readTensor()
        let labels = try predictions.dataset("/labels").read(Int.self)
        let classes = scores.shape[1]
        let scalars = scores.scalars
        let correct = labels.indices.count { sample in
            let row = scalars[sample * classes..<(sample + 1) * classes]
            return row.firstIndex(of: row.max()!)! - row.startIndex == labels[sample]
        }
        // Two classes may be nearly tied.
        #expect(abs(correct - network.correct) <= 1)

        let recorded = try #require(try Self.reference()[network.data]?[network.file])
        let expected = try #require((recorded[0] ?? recorded)["first3"]?.array).flatMap { $0.array! }
        #expect(expected.count == 3 * classes)
        // Written there with four decimals.
        for (index, value) in expected.enumerated() {
            #expect(abs(Double(scalars[index]) - value.double!) < 1e-4, "number \(index)")
        }
    }

    @Test func `SqueezeNet names twenty photographs as PyTorch does`() throws {
        let workspace = try Workspace(withPipelines: ())
        let predictions = try predictions(of: "squeezenet-pytorch", in: workspace)
        let top = try predictions.dataset("/top_classes").read(Int.self)
        let images = try #require(try Self.reference()["imagenet"]?["images"]?.object)
        #expect(try predictions.dataset("/sample_ids").readStrings() == images.keys)
        for (sample, image) in images.values.enumerated() {
            let expected = image["top5"]!.array!.map { $0[0]!.int! }
            #expect(Array(top[sample * 5..<sample * 5 + 5]) == expected, "\(images.keys[sample])")
        }
        guard case .number(let accuracy)? = try predictions.attribute("accuracy") else {
            Issue.record("no accuracy")
            return
        }
        #expect(accuracy == 0.8)
        // A class that no photograph is of: its name comes from the class index.
        let first = try workspace.json("runs/squeezenet-pytorch/outputs/check/predictions.json")["predictions"]?[0]
        #expect(first?.compactText.contains("\"axolotl\"") == true, "\(first?.compactText ?? "")")
    }

    @Test func `SqueezeNet in half precision says of photographs what it says in single precision`() throws {
        let workspace = try Workspace(withPipelines: ())
        let single = try predictions(of: "squeezenet-pytorch", in: workspace)
        let half = try predictions(of: "squeezenet-onnx", in: workspace)
        let logits = try half.dataset("/logits").readTensor()
        #expect(logits.shape == [20, 1000])
        // Only the weights were rounded.
        #expect(deviation(logits, from: try single.dataset("/logits").readTensor()).relativeNorm < 1e-3)
        // The five best are the same, but for the order of classes that are all but tied.
        let best = try single.dataset("/top_probabilities").readTensor()
        let probabilities = try single.dataset("/probabilities").readTensor()
        for (index, label) in try half.dataset("/top_classes").read(Int.self).enumerated() {
            let (sample, place) = index.quotientAndRemainder(dividingBy: 5)
            #expect(abs(probabilities[sample, label] - best[sample, place]) < 1e-4, "\(sample): \(label)")
        }
    }

    @Test func `SqueezeNet's features are the same from PyTorch's file and from Keras's`() throws {
        let workspace = try Workspace(withPipelines: ())
        let features = try ["squeezenet-pytorch", "squeezenet-keras"].map {
            try output("features/activations.h5", of: $0, in: workspace).dataset("/features.12.cat").readTensor()
        }
        #expect(features[0].shape == [20, 512, 13, 13])
        #expect(features[0] == features[1])
    }

    private func predictions(of pipeline: String, in workspace: Workspace) throws -> HDF5File {
        try output("check/predictions.h5", of: pipeline, in: workspace)
    }

    /// Runs a pipeline of the folder on the real data.
    private func output(_ name: String, of pipeline: String, in workspace: Workspace) throws -> HDF5File {
        let report = try workspace.runPipeline(
            "Pipelines/models/\(pipeline).json", workspace.realData(for: "Pipelines/models/\(pipeline).json"))
        return try HDF5File(opening: report.folder + "/outputs/" + name)
    }

    private static func reference() throws -> JSONValue {
        let data = try Data(contentsOf: RealData.folder.appendingPathComponent("expected/reference_outputs.json"))
        return try JSONDocument(parsing: [UInt8](data)).root
    }
}
