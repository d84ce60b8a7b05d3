import JSONValues
import NeuralNetwork
import Pipeline

extension FuzzTarget {
    static let texts = [
        FuzzTarget(name: "json", expansion: 128) { input in
            let document = try JSONDocument(parsing: input)
            _ = document.root.compactText
        },
        FuzzTarget(name: "network", expansion: 256) { input in
            let network = try Network(json: JSONDocument(parsing: input).root)
            _ = network.parameterCount
        },
        FuzzTarget(name: "pipeline", expansion: 512) { input in
            _ = try PipelineFile(reading: ScratchFile("pipeline.json", input).path)
        },
    ]
}
