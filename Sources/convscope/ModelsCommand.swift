import ArgumentParser
import JSONValues
import NeuralNetwork
import Storage

struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "List the architectures that are known by name, and the network files of a folder.")

    @Option(help: ArgumentHelp("Folder of network files.", valueName: "folder"), completion: .directory)
    var networks = "Configs/networks"

    @Flag(help: "Print as JSON.")
    var json = false

    func run() throws {
        let models =
            Architecture.all.map { ModelRow(name: $0.name, summary: $0.summary, network: $0.network, input: $0.input) }
            + (try networkFiles())
        if json { return print(JSONValue.array(models.map(\.json)).prettyText) }
        print(Table.text([["name", "input", "parameters", ""]] + models.map(\.cells), numeric: [2]))
        print("\n'convscope layers NAME' lists the layers.")
    }

    /// Those that are networks; a folder may hold other JSON files.
    private func networkFiles() throws -> [ModelRow] {
        guard FileSystem.isFolder(networks) else { return [] }
        return try FileSystem.list(networks).filter { $0.hasSuffix(".json") }.sorted().compactMap { name in
            let path = networks + "/" + name
            guard let json = try? JSONDocument(parsing: FileSystem.read(path), limit: Network.textLimit).root,
                let network = try? Network(json: json)
            else { return nil }
            return ModelRow(name: path, summary: json["description"]?.string ?? "", network: network, input: nil)
        }
    }
}

private struct ModelRow {
    /// A name, or the path of a file.
    let name: String
    let summary: String
    let network: Network
    let input: InputContract?

    var cells: [String] { [name, Words.shape(network.inputShape), Words.count(network.parameterCount), summary] }

    var json: JSONValue {
        [
            "name": .string(name), "summary": .string(summary),
            "input": .array(network.inputShape.map(JSONValue.integer)),
            "layers": .integer(network.nodes.count), "parameters": .integer(network.parameterCount),
            "input_contract": input?.json ?? .null,
        ]
    }
}
