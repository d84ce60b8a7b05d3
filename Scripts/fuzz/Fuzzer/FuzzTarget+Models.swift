import ForeignFiles
import JSONValues
import ModelFormats
import NeuralNetwork

extension FuzzTarget {
    static let models = [
        FuzzTarget(name: "pytorch") { input in readAll(try PyTorchFile(foreign(input))) },
        FuzzTarget(name: "safetensors") { input in readAll(try SafetensorsFile(foreign(input))) },
        FuzzTarget(name: "onnx") { input in
            let file = try ONNXFile(foreign(input))
            readAll(file)
            _ = try file.model().model()
        },
        FuzzTarget(name: "keras") { input in
            let file = try KerasFile(foreign(input))
            readAll(file)
            _ = try file.model()?.model()
        },
        // What stands in the attribute `model_config`, or in the archive as `config.json`.
        FuzzTarget(name: "keras-config", expansion: 256) { input in
            _ = try KerasFile.network(of: JSONDocument(parsing: input).root, path: "fuzz").parameterCount
        },
    ]

    private static func readAll(_ file: some WeightFile) {
        for entry in file.weights { _ = try? file.tensor(entry.name) }
    }
}
