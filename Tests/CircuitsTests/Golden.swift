import Foundation
import JSONValues
import ModelFormats
import NeuralNetwork
import Tensors

/// What PyTorch and scikit-learn computed (`Scripts/golden/circuits.py`).
struct Golden {
    let model: Model
    private let file: SafetensorsFile

    init() throws {
        let folder = Bundle.module.resourceURL!.appendingPathComponent("Golden")
        let file = try SafetensorsFile(path: folder.appendingPathComponent("net.safetensors").path)
        let text = try String(contentsOf: folder.appendingPathComponent("net.json"), encoding: .utf8)
        let network = try Network(json: JSONDocument(parsing: text).root)
        var weights: [String: Tensor] = [:]
        for (name, _, _) in network.parameters { weights[name] = try file.tensor("weight/" + name) }
        model = try Model(network: network, weights: weights, input: .torchvision)
        self.file = file
    }

    func tensor(_ name: String) throws -> Tensor { try file.tensor(name) }

    func integers(_ name: String) throws -> [Int] { try file.tensor(name).scalars.map { Int($0) } }
}
