import ArgumentParser
import JSONValues
import NeuralNetwork
import Pipeline
import Storage

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema of pipeline files, or of network files.",
        discussion: """
            Editors complete and check files by it: write "$schema": "<path of the schema>" into the file. It is draft \
            2020-12, made from the same declarations as 'convscope stages' and the layers themselves.
            """)

    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case pipeline
        case network
    }

    @Argument(help: "The kind of file.")
    var kind = Kind.pipeline

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Write it to a file.", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var output: String?

    func run() throws {
        let schema = kind == .pipeline ? registry.pipelineSchema : Network.schema
        let text = schema.prettyText + "\n"
        guard let output else { return print(text, terminator: "") }
        try FileSystem.write(text, to: output)
    }
}
