import FeatureVisualization
import Foundation
import JSONValues
import ModelFormats
import NeuralNetwork
import Tensors

/// What NumPy and PyTorch computed (`Scripts/golden/visualization.py`).
struct Golden {
    private let file: SafetensorsFile

    init(_ name: String) throws {
        file = try SafetensorsFile(path: Self.folder.appendingPathComponent(name + ".safetensors").path)
    }

    func tensor(_ name: String) throws -> Tensor { try file.tensor(name) }
    var names: [String] { file.entries.map(\.name) }

    /// The network of that name with the weights of its goldens.
    static func model(_ name: String) throws -> Model {
        let text = try String(contentsOf: folder.appendingPathComponent(name + ".json"), encoding: .utf8)
        let network = try Network(json: JSONDocument(parsing: text).root)
        let golden = try Golden(name)
        var weights: [String: Tensor] = [:]
        for (parameter, _, _) in network.parameters { weights[parameter] = try golden.tensor("weight/" + parameter) }
        return try Model(network: network, weights: weights, input: name == "colour" ? .torchvision : .unit)
    }

    private static let folder = Bundle.module.resourceURL!.appendingPathComponent("Golden")
}

extension MaximizationSettings {
    init(_ change: (inout MaximizationSettings) -> Void) {
        self.init()
        change(&self)
    }
}

/// ⟨a, b⟩ in double precision.
func product(_ a: Tensor, _ b: Tensor) -> Double {
    zip(a.scalars, b.scalars).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}

func normalTensor(_ shape: [Int], seed: Int) -> Tensor {
    let random = CounterRandom(seed: seed).stream("test")
    return Tensor(shape: shape, (0..<shape.elementCount).map { random.normal($0) })
}
