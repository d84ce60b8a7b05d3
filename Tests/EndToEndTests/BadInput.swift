import Foundation
import Testing

/// Something that is wrong, and all that the program is to say about it.
struct BadInput: Sendable, CustomTestStringConvertible {
    let id: String
    /// The stages of the pipeline file `bad.json`, or its whole text where it does not begin with a quote.
    let pipeline: String
    var options: [String] = []
    var status: Int32 = 65
    /// From the first line that is not progress; `<folder>` stands for the workspace.
    let message: String
    /// Makes the files.
    let prepare: @Sendable (Workspace) throws -> Void

    var testDescription: String { id }

    init(
        _ id: String, _ pipeline: String, options: [String] = [], status: Int32 = 65, message: String,
        prepare: @escaping @Sendable (Workspace) throws -> Void = { _ in }
    ) {
        self.id = id
        self.pipeline = pipeline
        self.options = options
        self.status = status
        self.message = message
        self.prepare = prepare
    }

    /// Runs it and compares; then runs a good pipeline in the same folder and with the same store.
    func expectRefused() throws {
        let workspace = try Workspace()
        try prepare(workspace)
        let text = pipeline.hasPrefix("\"") ? "{\"stages\": {\n\(pipeline)\n}}" : pipeline
        try workspace.write(text, to: "bad.json")
        let outcome = try workspace.run(["run", "bad.json"] + options)
        #expect(outcome.status == status)
        #expect(Self.withoutProgress(workspace.complaint(of: outcome)) == message + "\n")

        if workspace.exists(".convscope") { try workspace.expectSoundStore() }
        try workspace.write(Self.goodPipeline, to: "good.json")
        #expect(try workspace.runPipeline("good.json").executed.contains("look"))
        #expect(try workspace.runPipeline("good.json").executed == [])
        try workspace.expectSoundStore()
    }

    /// What comes after the lines that say how a run goes, with the program called by its name.
    private static func withoutProgress(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if let end = lines.firstIndex(where: { $0.hasPrefix("failed in ") }) { lines.removeFirst(end + 1) }
        return lines.joined(separator: "\n").replacing(Program.path.path, with: "convscope")
    }

    private static let goodPipeline = """
        {
          "stages": {
            "shapes": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 8 } },
            "look": { "stage": "dataset.explore", "inputs": { "dataset": "shapes" } }
          }
        }
        """
}
