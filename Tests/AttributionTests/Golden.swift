import Attribution
import Foundation
import JSONValues
import ModelFormats
import NeuralNetwork
import Tensors

/// What Captum computed (`Scripts/golden/attribution.py`).
struct Golden {
    let model: Model
    let images: Tensor
    /// The same with names.
    var named: NamedImages { NamedImages(images, names: ["a", "b", "c"]) }
    private let file: SafetensorsFile

    init() throws {
        let folder = Bundle.module.resourceURL!.appendingPathComponent("Golden")
        let file = try SafetensorsFile(path: folder.appendingPathComponent("net.safetensors").path)
        let text = try String(contentsOf: folder.appendingPathComponent("net.json"), encoding: .utf8)
        let network = try Network(json: JSONDocument(parsing: text).root)
        var weights: [String: Tensor] = [:]
        for (name, _, _) in network.parameters { weights[name] = try file.tensor("weight/" + name) }
        model = try Model(network: network, weights: weights, input: .torchvision)
        images = try file.tensor("images")
        self.file = file
    }

    func tensor(_ name: String) throws -> Tensor { try file.tensor(name) }

    func explainer(
        _ target: AttributionTarget = .predictedClass, _ score: ExplainedScore = .logit, threads: Int = 2
    ) throws -> Explainer {
        try Explainer(model, FocusRule(target, score, in: model.network), algorithm: .direct, threads: threads)
    }

    func attribute(_ method: any AttributionMethod, by explainer: Explainer) throws -> Attribution {
        try method.attribute(named, explainer.focuses(on: images).map(\.focus), explainer)
    }
}
