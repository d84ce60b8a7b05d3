import ArgumentParser
import JSONValues
import NeuralNetwork

struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "List the architectures that are known by name.")

    @Flag(help: "Print as JSON.")
    var json = false

    func run() throws {
        let models = Architecture.all.map { ($0, $0.network) }
        if json {
            let values = models.map { architecture, network -> JSONValue in
                [
                    "name": .string(architecture.name), "summary": .string(architecture.summary),
                    "input": .array(network.inputShape.map(JSONValue.integer)),
                    "layers": .integer(network.nodes.count), "parameters": .integer(network.parameterCount),
                    "input_contract": architecture.input.json,
                ]
            }
            return print(JSONValue.array(values).prettyText)
        }
        let rows = models.map { architecture, network in
            [
                architecture.name, Words.shape(network.inputShape), Words.count(network.parameterCount),
                architecture.summary,
            ]
        }
        print(Table.text([["name", "input", "parameters", ""]] + rows, numeric: [2]))
        print("\n'convscope layers NAME' lists the layers.")
    }
}
