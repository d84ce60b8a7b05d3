import ArgumentParser
import JSONValues
import ModelFormats
import NeuralNetwork
import Pipeline
import Storage

struct LayersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "layers",
        abstract: "List every layer of a network: kind, output shape, parameters, receptive field and stride.")

    @Argument(
        help: "A known architecture, or a file with a network: JSON, ONNX or a whole Keras model.",
        completion: .file(extensions: ["json", "onnx", "keras", "h5"]))
    var model: String

    @Option(help: ArgumentHelp("Size of the images, such as 224 or 192x256 (height, width).", valueName: "size"))
    var size: ImageSizeOption?

    @Flag(help: "Print as JSON.")
    var json = false

    func run() throws {
        let network = try sizedNetwork()
        let layers = zip(network.nodes, zip(network.shapes, network.receptiveFields)).map {
            LayerRow(node: $0, shape: $1.0, field: $1.1)
        }
        if json { return print(JSONValue.array(layers.map(\.json)).prettyText) }
        let header = ["layer", "kind", "output", "parameters", "sees", "stride"]
        let hasAliases = layers.contains { $0.node.alias != nil }
        let rows = layers.map { $0.cells + (hasAliases ? [$0.node.alias ?? ""] : []) }
        print(Table.text([header + (hasAliases ? ["also called"] : [])] + rows, numeric: [3]))
        print(
            "\(Words.counted(layers.count, "layer")), \(Words.counted(network.parameterCount, "parameter")), "
                + "input \(Words.shape(network.inputShape))"
        )
    }

    /// For images of the size that is asked for.
    private func sizedNetwork() throws -> Network {
        let network = try network()
        guard let size, size.lengths != Array(network.inputShape.dropFirst()) else { return network }
        do {
            return try network.withInput(shape: [network.inputShape[0]] + size.lengths)
        } catch {
            throw CommandFailure("\(model): with --size: \(error)", code: ExitStatus.wrongInput)
        }
    }

    private func network() throws -> Network {
        if let architecture = Architecture.named(model) { return architecture.network }
        guard try FileSystem.status(of: model)?.isRegular == true else {
            let neighbours = (try? FileSystem.list(Paths.folder(of: model))) ?? []
            let nearest =
                nearestName(to: model, in: Architecture.all.map(\.name))
                ?? nearestName(to: Paths.name(of: model), in: neighbours)
            throw CommandFailure(
                "Error: there is no architecture and no file '\(model)'"
                    + (nearest.map { "; did you mean '\($0)'?" } ?? "") + "\n"
                    + "  fix: name an architecture that 'convscope models' lists, or a JSON, ONNX or Keras file",
                code: ExitStatus.wrongCommandLine)
        }
        guard let format = try? WeightFileFormat(sniffing: model) else { return try networkFile() }
        guard let file = try openModelFile(model, imageSize: size?.lengths) else {
            throw CommandFailure(
                "\(model): holds weights in \(format.rawValue)'s format and no network\n"
                    + "  fix: name their architecture, which 'convscope models' lists; 'convscope inspect' lists the weights",
                code: ExitStatus.wrongInput)
        }
        return file.network
    }

    /// What is no model in another format is JSON, or should be.
    private func networkFile() throws -> Network {
        do {
            return try Network(json: JSONDocument(parsing: FileSystem.read(model), limit: Network.textLimit).root)
        } catch let error as FileSystemError {
            throw error
        } catch {
            throw CommandFailure("\(model): \(error)", code: ExitStatus.wrongInput)
        }
    }
}

/// `224`, `192x256`
struct ImageSizeOption: ExpressibleByArgument {
    /// `[height, width]`
    let lengths: [Int]

    init?(argument: String) {
        let parts = argument.split(separator: "x", omittingEmptySubsequences: false).compactMap { Int($0) }
        let count = argument.count { $0 == "x" } + 1
        guard parts.count == count, count <= 2, parts.allSatisfy((1...1 << 16).contains) else { return nil }
        lengths = count == 1 ? [parts[0], parts[0]] : parts
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
            "name": .string(node.name), "alias": node.alias.map(JSONValue.string) ?? .null, "kind": .string(kind),
            "output": .array(shape.map(JSONValue.integer)),
            "parameters": .integer(parameterCount),
            "receptive_field": field.size.map { .array($0.map(JSONValue.integer)) } ?? .null,
            "stride": .array(field.stride.map(JSONValue.integer)),
        ]
    }
}
