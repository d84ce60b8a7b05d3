import ArgumentParser
import JSONValues
import NeuralNetwork
import Pipeline
import Storage

struct LayersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "layers",
        abstract: "List every layer of a network: kind, output shape, parameters, receptive field and stride.")

    @Argument(help: "A known architecture, or the JSON file of a network.", completion: .file(extensions: ["json"]))
    var model: String

    @Flag(help: "Print as JSON.")
    var json = false

    func run() throws {
        let network = try network()
        let layers = zip(network.nodes, zip(network.shapes, network.receptiveFields)).map {
            LayerRow(node: $0, shape: $1.0, field: $1.1)
        }
        if json { return print(JSONValue.array(layers.map(\.json)).prettyText) }
        let header = ["layer", "kind", "output", "parameters", "sees", "stride"]
        print(Table.text([header] + layers.map(\.cells), numeric: [3]))
        print(
            "\(Words.counted(layers.count, "layer")), \(Words.counted(network.parameterCount, "parameter")), "
                + "input \(Words.shape(network.inputShape))"
        )
    }

    private func network() throws -> Network {
        if let architecture = Architecture.named(model) { return architecture.network }
        guard FileSystem.exists(model) else {
            let nearest =
                nearestName(to: model, in: Architecture.all.map(\.name)).map { "; did you mean '\($0)'?" } ?? ""
            throw CommandFailure(
                "Error: there is no architecture and no file '\(model)'\(nearest)\n"
                    + "  fix: name an architecture that 'convscope models' lists, or the JSON file of a network",
                code: ExitStatus.wrongCommandLine)
        }
        do {
            return try Network(json: JSONDocument(parsing: FileSystem.read(model)).root)
        } catch let error as FileSystemError {
            throw error
        } catch {
            throw CommandFailure("\(model): \(error)", code: ExitStatus.wrongInput)
        }
    }
}

/// What is said about one layer.
private struct LayerRow {
    let node: Network.Node
    /// Without the batch axis.
    let shape: [Int]
    let field: ReceptiveField

    private var kind: String { type(of: node.layer).kind }

    private var parameterCount: Int {
        node.layer.parameters.filter(\.role.isLearned).reduce(0) { $0 + $1.shape.reduce(1, *) }
    }

    var cells: [String] {
        [
            node.name, kind, Words.shape(shape), parameterCount == 0 ? "" : Words.count(parameterCount),
            field.size.map(Words.shape) ?? "everything", Words.shape(field.stride),
        ]
    }

    var json: JSONValue {
        [
            "name": .string(node.name), "kind": .string(kind), "output": .array(shape.map(JSONValue.integer)),
            "parameters": .integer(parameterCount),
            "receptive_field": field.size.map { .array($0.map(JSONValue.integer)) } ?? .null,
            "stride": .array(field.stride.map(JSONValue.integer)),
        ]
    }
}
