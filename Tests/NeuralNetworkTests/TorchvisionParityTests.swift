import Foundation
import JSONValues
import ModelFormats
import NeuralNetwork
import TestSupport
import Tensors
import Testing

private let python = ReferencePython(importing: "torch, torchvision")

/// Every architecture of torchvision's against torchvision itself, with random weights (`torchvision_network.py`).
@Suite(
    .enabled(if: python != nil, "CONVSCOPE_PYTHON does not name a Python with PyTorch and torchvision"),
    .serialized)
struct TorchvisionParityTests {
    static let names = Architecture.all.map(\.name).filter { !$0.hasSuffix("-cnn") }

    @Test(arguments: names) func `names, parameters and numbers are torchvision's`(name: String) throws {
        let folder = try TemporaryFolder()
        try python!.run(["torchvision_network.py", name, folder.path])
        let text = try String(contentsOfFile: folder.path("about.json"), encoding: .utf8)
        let about = try JSONDocument(parsing: text).root.object!

        let architecture = try #require(Architecture.named(name))
        let network = architecture.network
        #expect(network.layerNames == about["layers"]?.array?.compactMap(\.string))
        #expect(network.parameterCount == about["parameters"]?.int)

        let file = try SafetensorsFile(path: folder.path("weights.safetensors"))
        let unused = architecture.published.unused.map { GlobPattern($0) }
        var weights: [String: Tensor] = [:]
        for key in file.entries.map(\.name) where !unused.contains(where: { $0.matches(key) }) {
            weights[key] = try file.tensor(key)
        }
        #expect(Set(weights.keys) == Set(network.parameters.map(\.name)))
        let model = try Model(network: network, weights: weights)

        let values = try SafetensorsFile(path: folder.path("values.safetensors"))
        let input = try values.tensor("input")
        let inner = about["inner"]!.array!.compactMap(\.string)
        #expect(inner.count >= 6)
        // Once with taps, which keep layers apart, and once as fast as it goes.
        for goals in [Set(try inner.map { try network.index(of: $0) }), [network.nodes.count - 1]] {
            var request = PlanRequest(batch: 2)
            request.activations = goals
            let outputs = try NetworkRunner(model, request, threads: 2).activations(of: input)
            for node in goals.sorted() {
                let layer = network.nodes[node].name
                let difference = deviation(outputs[node]!, from: try values.tensor(layer))
                #expect(difference.relativeNorm < 2e-5, "\(layer): \(difference)")
            }
        }
    }
}
