import Foundation
import JSONValues
import ModelFormats
import NeuralNetwork
import Pipeline
import Stages
import Storage
import Tensors
import TestSupport
import Testing

/// `model.load` on files whose names are not quite the network's, and on those that lie in parts.
@Suite struct ModelLoadTests {
    private static let network = """
        { "name": "n", "input": [1, 4, 4], "layers": [
          { "name": "conv", "kind": "convolution", "in_channels": 1, "out_channels": 2, "kernel": 3 },
          { "name": "flatten", "kind": "flatten" },
          { "name": "fc", "kind": "linear", "in_features": 8, "out_features": 3 } ] }
        """

    /// What the network loads from a file of these tensors.
    private func load(
        _ tensors: [String: Tensor], _ parameters: String
    ) throws -> (weights: SafetensorsFile, workspace: StageWorkspace) {
        let stages = """
            "net": { "stage": "model.load", "parameters": { "architecture": "n.json", "weights": "w", \(parameters) } }
            """
        let workspace = try StageWorkspace(unrun: stages, files: ["n.json": Self.network])
        try SafetensorsFile.write(tensors, to: workspace.path("w"))
        let result = try workspace.run()
        #expect(result.failures == [])
        return (try SafetensorsFile(path: workspace.path("runs/p/outputs/net/model.safetensors")), workspace)
    }

    private let kernel = Tensor(shape: [2, 1, 3, 3], (0..<18).map(Float.init))

    @Test func `prefixes come off, rules rename, and bookkeeping is passed over`() throws {
        let tensors = [
            "module.stem.weight": kernel, "module.stem.bias": Tensor(shape: [2], [1, 2]),
            "module.fc.weight": Tensor(shape: [3, 8], repeating: 3), "module.fc.bias": Tensor(shape: [3]),
            "module.bn.num_batches_tracked": Tensor(shape: []),
        ]
        let (weights, workspace) = try load(tensors, #""rename": {"stem.*": "conv.*"}"#)
        #expect(Set(weights.weights.map(\.name)) == ["conv.weight", "conv.bias", "fc.weight", "fc.bias"])
        #expect(try weights.tensor("conv.weight") == kernel)
        #expect(try weights.tensor("fc.weight").scalars == [Float](repeating: 3, count: 24))
        let log = try workspace.log(of: "net")
        #expect(log.contains("names in the file begin with 'module.'"))
        #expect(log.contains("left out, because only training needs it: module.bn.num_batches_tracked"))
    }

    @Test func `what is missing stays random where that is allowed, and the log and the report say so`() throws {
        let tensors = ["conv.weight": kernel, "conv.bias": Tensor(shape: [2]), "head.weight": Tensor(shape: [1])]
        let (weights, workspace) = try load(tensors, #""strict": false, "seed": 7"#)
        #expect(try weights.tensor("conv.weight") == kernel)
        let network = try Network(json: JSONDocument(parsing: Self.network).root)
        #expect(try weights.tensor("fc.weight") == Model(randomlyInitialized: network, seed: 7).weights["fc.weight"])
        let words =
            "random, because the file lacks them: fc.weight, fc.bias; "
            + "left out, because the network has no place for it: head.weight"
        #expect(try workspace.log(of: "net").contains("w: " + words))
        let summary = try FileSystem.read(workspace.path("runs/p/outputs/net/summary.json"))
        #expect(String(decoding: summary, as: UTF8.self).contains("Weights \(words)."))
    }

    @Test func `weights for other classes than the architecture's load with their number`() throws {
        let tensors = [
            "conv.weight": kernel, "conv.bias": Tensor(shape: [2]), "fc.weight": Tensor(shape: [5, 8], repeating: 2),
            "fc.bias": Tensor(shape: [5]),
        ]
        let (weights, workspace) = try load(tensors, #""class_count": 5"#)
        #expect(try weights.tensor("fc.weight").shape == [5, 8])
        let model = try JSONDocument(parsing: FileSystem.read(workspace.path("runs/p/outputs/net/model.json"))).root
        #expect(try Network(json: try #require(model["network"])).outputShape == [5])
    }

    @Test func `a file that changed after the check is told with all its mistakes`() throws {
        let network = try Network(json: JSONDocument(parsing: Self.network).root)
        let entries = [("conv.weight", [2, 1, 3, 3]), ("conv.bias", [4]), ("head.weight", [1])].map {
            WeightEntry(name: $0.0, type: "F32", shape: $0.1)
        }
        let problems = WeightMatching(entries, to: network).problems(isStrict: true)
        let error = StageError(notFitting: problems, place: "w")
        #expect(problems.count == 3)
        #expect(
            "\(error)" == "w: 3 things do not fit the network:"
                + problems.map { "\n  - \($0.what)\n    fix: \($0.fix)" }.joined())
        let one = StageError(notFitting: Array(problems.prefix(1)), place: "w")
        #expect("\(one)" == "w: \(problems[0].what)\n  fix: \(problems[0].fix)")
    }

    @Test func `weights under names of Keras warn of the pixels they may want`() throws {
        let network = Architecture.named("squeezenet1_1")!.network
        let stages = ["", #", "input": "caffe""#].enumerated().map { index, input in
            """
            "net\(index)": { "stage": "model.load", "parameters": {
              "architecture": "squeezenet1_1", "weights": "w"\(input) } }
            """
        }
        let workspace = try StageWorkspace(unrun: stages.joined(separator: ",\n"))
        var tensors: [String: Tensor] = [:]
        for (_, node, specification) in network.parameters {
            let name = try #require(network.nodes[node].alias) + "." + specification.name
            tensors[name] = Tensor(shape: specification.shape)
        }
        try SafetensorsFile.write(tensors, to: workspace.path("w"))
        #expect(try workspace.run().failures == [])
        let words = #"weights of Keras and Caffe want "input": "caffe""#
        #expect(try workspace.log(of: "net0").contains(words))
        #expect(try !workspace.log(of: "net1").contains(words))
    }

    @Test func `images of another size change the network, or are refused at their parameter`() throws {
        let golden = RealData.packageRoot.path + "/Tests/ModelFormatsTests/Golden/onnx/"
        let stages = """
            "net": { "stage": "model.load", "parameters": { "weights": "m.onnx", "image_size": [8, 6] } }
            """
        let workspace = try StageWorkspace(unrun: stages)
        try FileSystem.write(FileSystem.read(golden + "context.onnx"), to: workspace.path("m.onnx"))
        #expect(try workspace.run().failures == [])
        let model = try JSONDocument(parsing: FileSystem.read(workspace.path("runs/p/outputs/net/model.json"))).root
        #expect(try Network(json: try #require(model["network"])).inputShape == [3, 8, 6])

        let refused = try StageWorkspace(
            unrun: #""net": { "stage": "model.load", "parameters": { "architecture": "n.json", "image_size": 5 } }"#,
            files: ["n.json": Self.network])
        let mistakes = #expect(throws: PipelineMistakes.self) { try refused.run() }
        let words = "\(try #require(mistakes))"
        #expect(words.contains("image_size") && words.contains("layer 'fc' takes"), "\(words)")
    }

    @Test func `filters over blue, green and red are drawn in the image's colours`() throws {
        // The same filter over prepared pixels in both orders.
        let stages = ["RGB", "BGR"].map { order in
            """
            "\(order)": { "stage": "model.load", "parameters": {
              "architecture": "n.json", "weights": "\(order).safetensors", "input": { "order": "\(order)" } } },
            "show\(order)": { "stage": "filters.show", "inputs": { "model": "\(order)" } }
            """
        }
        let network = """
            { "name": "n", "input": [3, 4, 4], "layers": [
              { "name": "conv", "kind": "convolution", "in_channels": 3, "out_channels": 1, "kernel": 3, "bias": false } ] }
            """
        let workspace = try StageWorkspace(unrun: stages.joined(separator: ",\n"), files: ["n.json": network])
        let planes = (0..<3).map { channel in
            Tensor(shape: [1, 3, 3], (0..<9).map { Float($0 * (channel + 1)) - 9 })
        }
        for (order, channels) in [("RGB", [0, 1, 2]), ("BGR", [2, 1, 0])] {
            let filter = Tensor(shape: [1, 3, 3, 3], channels.flatMap { planes[$0].scalars })
            try SafetensorsFile.write(["conv.weight": filter], to: workspace.path("\(order).safetensors"))
        }
        #expect(try workspace.run().failures == [])
        let pictures = try ["RGB", "BGR"].map {
            try FileSystem.read(workspace.path("runs/p/outputs/show\($0)/pictures/conv.png"))
        }
        #expect(pictures[0] == pictures[1])
    }

    @Test func `numbers that lie beside an ONNX model are looked at as the model is`() throws {
        let workspace = try StageWorkspace(
            unrun: #""net": { "stage": "model.load", "parameters": { "weights": "m.onnx" } }"#)
        let golden = RealData.packageRoot.path + "/Tests/ModelFormatsTests/Golden/onnx/"
        try FileSystem.write(FileSystem.read(golden + "external.onnx"), to: workspace.path("m.onnx"))
        let mistakes = #expect(throws: PipelineMistakes.self) { try workspace.plan() }
        #expect("\(try #require(mistakes))".contains("there is no file 'weights/external.bin'"))

        var numbers = try FileSystem.read(golden + "weights/external.bin")
        try FileSystem.makeFolder(workspace.path("weights"))
        let loaded = try (0..<2).map { round in
            // The last bit of each float.
            if round == 1 { for index in stride(from: 0, to: numbers.count, by: 4) { numbers[index] ^= 1 } }
            try FileSystem.write(numbers, to: workspace.path("weights/external.bin"))
            #expect(try workspace.run().failures == [])
            return try FileSystem.read(workspace.path("runs/p/outputs/net/model.safetensors"))
        }
        #expect(loaded[0] != loaded[1])
    }
}
