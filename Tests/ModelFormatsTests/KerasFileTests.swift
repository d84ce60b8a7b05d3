import ForeignFiles
import Foundation
import JSONValues
import ModelFormats
import NeuralNetwork
import Tensors
import TestSupport
import Testing

@Suite struct KerasFileTests {
    private static let folder = Bundle.module.url(forResource: "Golden", withExtension: nil)!

    private static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private static func golden(_ model: String, _ key: String) throws -> [Float] {
        let file = model.hasSuffix("2") ? "keras2.json" : "keras.json"
        let document = try JSONDocument(parsing: [UInt8](Data(contentsOf: folder.appendingPathComponent(file))))
        return document.root[model]![key]!.array!.map { Float($0.double!) }
    }

    /// What a network makes of images `[height, width, channels]`, one after the other.
    private static func outputs(_ model: Model, _ pixels: [Float]) throws -> Tensor {
        let shape = model.network.inputShape
        let size = shape.reduce(1, *)
        let images = Tensor(uninitialized: [pixels.count / size] + shape) { target in
            for index in target.indices {
                let (image, place) = index.quotientAndRemainder(dividingBy: size)
                let (channel, position) = place.quotientAndRemainder(dividingBy: shape[1] * shape[2])
                target[index] = pixels[image * size + position * shape[0] + channel]
            }
        }
        let last = model.network.nodes.count - 1
        var request = PlanRequest(batch: min(images.shape[0], 50))
        request.activations = [last]
        let runner = try NetworkRunner(model, request, threads: 2)
        return try runner.activations(of: images)[last]!
    }

    @Test(arguments: [
        "graph.keras", "graph.h5", "sequence.keras", "sequence.h5", "flattened.h5", "transfer.keras", "transfer.h5",
        "nested2.keras",
        "nested2.h5", "prepared2.h5", "context.keras", "context.h5", "weightless.keras", "weightless.h5",
    ])
    func `a model computes what Keras computes`(name: String) throws {
        let file = try KerasFile(path: Self.path(name))
        let model = try #require(try file.model(imageSize: name.hasPrefix("context") ? [5, 4] : nil)).model()
        let golden = String(name.prefix { $0 != "." })
        let output = try Self.outputs(model, try Self.golden(golden, "input"))
        let expected = Tensor(shape: output.shape, try Self.golden(golden, "output"))
        let deviation = deviation(output, from: expected)
        #expect(deviation.relativeNorm < 1e-5, "\(deviation)")
    }

    @Test func `a model whose image size is open asks for it`() throws {
        for name in ["context.keras", "context.h5"] {
            let file = try KerasFile(path: Self.path(name))
            let error = #expect(throws: ModelFileError.self) { try file.model() }
            #expect(error?.what == "the model's input leaves height or width open")
            #expect(error?.fix.contains(#""image_size": 224"#) == true)
        }
    }

    @Test func `weights have this program's names and axes`() throws {
        for name in ["graph.keras", "graph.h5"] {
            let file = try openWeightFile(Self.path(name))
            let convolution = try #require(file.weights.first { $0.name == "branch_conv.weight" })
            #expect(convolution.shape == [8, 2, 3, 3])
            #expect(convolution.type == "float32")
            #expect(try file.tensor("separable_conv2d.depthwise.weight").shape == [6, 1, 3, 3])
            #expect(try file.tensor("separable_conv2d.pointwise.bias").shape == [4])
            #expect(throws: ModelFileError.self) { try file.tensor("branch_conv.wait") }
        }
    }

    @Test func `weights alone are put in the order in which the network flattens`() throws {
        let file = try KerasFile(path: Self.path("flattened.h5"))
        let whole = try #require(try file.model()).model()
        // All four parameters of the normalization, and those of the first dense layer.
        let folder = try TemporaryFolder()
        try SafetensorsFile.convert(file, to: folder.path("a.safetensors"))
        for weights in [file, try SafetensorsFile(path: folder.path("a.safetensors"))] as [any WeightFile] {
            let matching = WeightMatching(weights.weights, to: whole.network)
            #expect(matching.problems(isStrict: true) == [])
            #expect(try matching.weights(from: weights, for: whole.network, seed: 0) == whole.weights)
        }
        let stored = try file.tensor("hidden.weight")
        #expect(stored.shape == [4, 60] && stored != whole.weights["hidden.weight"])
        #expect(try file.tensor("top.weight") == whole.weights["top.weight"])
    }

    @Test func `weights of models within models have their names`() throws {
        for name in ["nested2.h5", "nested2.keras"] {
            let network = try #require(try openModelFile(Self.path(name))).network
            let names = network.parameters.map(\.name)
            #expect(names.contains("base.stem.conv.pointwise.bias") && names.contains("conv.bias"), "\(names)")
        }
        let file = try openWeightFile(Self.path("nested2.h5"))
        #expect(try file.tensor("base.depthwise.weight").shape == [8, 1, 3, 3])
        #expect(try file.tensor("base.conv.depthwise.weight").shape == [3, 1, 3, 3])
        #expect(try file.tensor("conv.weight").shape == [5, 8, 1, 1])
    }

    @Test func `a file cut off anywhere ends with an error`() throws {
        for name in ["sequence.keras", "sequence.h5", "prepared2.h5"] {
            let bytes = try [UInt8](Data(contentsOf: Self.folder.appendingPathComponent(name)))
            for length in stride(from: 0, to: bytes.count, by: 97) {
                let file = try? KerasFile(MappedFile(bytes: Array(bytes[..<length]), path: name).bytes)
                _ = try? file?.model()
            }
            #expect(throws: ForeignFileError.self) {
                try KerasFile(MappedFile(bytes: Array(bytes[..<(bytes.count / 2)]), path: name).bytes)
            }
        }
    }

    @Test(.enabled(if: RealData.exists, "the real networks are not in ../shared/data"))
    func `ResNet-8 classifies as its makers say`() throws {
        let file = try KerasFile(
            path: RealData.path("models/mlperf-tiny-resnet8-cifar10/pretrainedResnet.h5"))
        let model = try #require(try file.model()).model()
        #expect(model.network.nodes.last?.name == "dense.activation")
        let records = [UInt8](
            try Data(contentsOf: URL(fileURLWithPath: RealData.path("cifar-10/test_batch_first1000.bin"))))
        // A label, then planes of red, green and blue; raw pixels.
        var pixels: [Float] = []
        for record in 0..<1_000 {
            for position in 0..<1_024 {
                for channel in 0..<3 { pixels.append(Float(records[record * 3_073 + 1 + channel * 1_024 + position])) }
            }
        }
        let output = try Self.outputs(model, pixels).scalars
        let correct = (0..<1_000).count { record in
            let row = output[record * 10..<record * 10 + 10]
            return row.max() == row[row.startIndex + Int(records[record * 3_073])]
        }
        #expect(abs(correct - 881) <= 1, "\(correct) of 1,000")
    }

    @Test(.enabled(if: RealData.exists, "the real networks are not in ../shared/data"))
    func `SqueezeNet's weights are those of its PyTorch file`() throws {
        let folder = "models/squeezenet1.1-imagenet/"
        let keras = try openWeightFile(
            RealData.path(folder + "squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5"))
        let torch = try openWeightFile(RealData.path(folder + "squeezenet1_1_torchvision_layout.pth"))
        #expect(keras.weights.count == 50)
        for (name, other) in [
            ("conv1", "features.0"), ("fire2.squeeze1x1", "features.3.squeeze"),
            ("fire5.expand3x3", "features.7.expand3x3"), ("fire9.expand1x1", "features.12.expand1x1"),
        ] {
            for parameter in [".weight", ".bias"] {
                #expect(try keras.tensor(name + parameter) == torch.tensor(other + parameter), "\(name)")
            }
        }
    }
}
