import ArgumentParser
import JSONValues
import Pipeline
import Storage

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema of pipeline files.",
        discussion: """
            Editors complete and check pipeline files by it: write "$schema": "<path of the schema>" into the file. \
            It is draft 2020-12, made from the same declarations as 'convscope stages'.
            """)

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Write it to a file.", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var output: String?

    func run() throws {
        let text = registry.pipelineSchema.prettyText + "\n"
        guard let output else { return print(text, terminator: "") }
        try FileSystem.write(text, to: output)
    }
}
