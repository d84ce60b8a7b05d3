import JSONValues
import ModelFormats
import NeuralNetwork
public import Pipeline

/// A network with weights: `model.json` (layers, input contract, class names) and `model.safetensors`.
public struct ModelArtifact: ArtifactReader {
    public static let kinds = ["model"]
    public static var isShared: Bool { true }

    /// Known before a run from the architecture alone.
    public typealias Description = ModelSummary

    let model: Model

    public init(opening output: StoredOutput) throws {
        let path = try output.path("json")
        let json = try readJSON(path)
        guard let layers = json["network"], let input = json["input"].flatMap(InputContract.init(json:)) else {
            throw StageError("is no description of a model", fix: "run the stage that made it again", place: path)
        }
        let network = try Network(json: layers)
        let file = try SafetensorsFile(path: output.path("safetensors"))
        model = try Model(
            network: network, weights: file.tensors(named: network.parameters.map(\.name)), input: input,
            classNames: json["classes"]?.array?.compactMap(\.string) ?? [])
    }

    /// Writes both files of a port.
    static func write(_ model: Model, to output: Output, _ io: StageIO) throws {
        try writeJSON(
            [
                "network": model.network.json, "input": model.input.json,
                "classes": .strings(model.classNames),
            ], to: io.path(output, "json"))
        try SafetensorsFile.write(model.weights, to: io.path(output, "safetensors"))
    }
}

/// What other stages can know about a model before anything runs.
public struct ModelSummary: Sendable {
    let network: Network
    let classNames: [String]
}
