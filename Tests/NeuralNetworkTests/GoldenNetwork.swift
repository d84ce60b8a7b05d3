import Foundation
import JSONValues
import ModelFormats
import NeuralNetwork
import Tensors

/// A small network with what PyTorch computed for it (`Scripts/golden/network.py`).
struct GoldenNetwork {
    static let names = [
        "convolutions", "gray", "pooling", "winograd", "residual", "probabilities", "pooled", "activations", "padding",
        "shortcuts", "excitation", "context",
    ]
    /// Those with batch normalisation, for which training values exist too.
    static let trainingNames = [
        "gray", "residual", "probabilities", "pooled", "activations", "padding", "shortcuts",
    ]

    let network: Network
    let model: Model
    private let file: SafetensorsFile

    init(_ name: String) throws {
        let folder = Bundle.module.resourceURL!.appendingPathComponent("Golden")
        let text = try String(contentsOf: folder.appendingPathComponent(name + ".json"), encoding: .utf8)
        network = try Network(json: JSONDocument(parsing: text).root)
        file = try SafetensorsFile(path: folder.appendingPathComponent(name + ".safetensors").path)
        var weights: [String: Tensor] = [:]
        for (parameter, _, _) in network.parameters { weights[parameter] = try file.tensor("weight/" + parameter) }
        model = try Model(network: network, weights: weights)
    }

    func tensor(_ name: String) throws -> Tensor { try file.tensor(name) }
    var input: Tensor { get throws { try tensor("input") } }
    var last: Int { network.nodes.count - 1 }
}
