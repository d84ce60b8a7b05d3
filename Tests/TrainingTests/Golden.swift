import Foundation
import JSONValues
import ModelFormats
import NeuralNetwork
import Tensors
import Training

/// What PyTorch computed (`Scripts/golden/training.py`).
struct Golden {
    private let file: SafetensorsFile

    init(_ name: String) throws {
        file = try SafetensorsFile(path: Self.folder.appendingPathComponent(name + ".safetensors").path)
    }

    func tensor(_ name: String) throws -> Tensor { try file.tensor(name) }

    static var network: Network {
        get throws {
            let text = try String(contentsOf: folder.appendingPathComponent("network.json"), encoding: .utf8)
            return try Network(json: JSONDocument(parsing: text).root)
        }
    }

    /// The small network with the weights that all goldens start from.
    func startModel() throws -> Model {
        let network = try Self.network
        var weights: [String: Tensor] = [:]
        for (name, _, _) in network.parameters { weights[name] = try tensor("start/" + name) }
        return try Model(network: network, weights: weights)
    }

    func samples() throws -> TensorSource {
        TensorSource(images: try tensor("images"), labels: try tensor("labels").scalars.map { Int($0) })
    }

    private static let folder = Bundle.module.resourceURL!.appendingPathComponent("Golden")
}

/// Images and labels in memory.
struct TensorSource: TrainingSource {
    var images: Tensor
    var labels: [Int]

    var count: Int { labels.count }
    var sampleShape: [Int] { Array(images.shape.dropFirst()) }
    func label(_ index: Int) -> Int { labels[index] }
    func fill(_ index: Int, into pixels: UnsafeMutableBufferPointer<Float>) {
        images.withUnsafeBufferPointer {
            _ = pixels.update(fromContentsOf: $0[index * images.rowCount..<(index + 1) * images.rowCount])
        }
    }
}
