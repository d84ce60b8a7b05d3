import ArgumentParser
import JSONValues
import Pipeline

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Find every mistake that can be known before running.")

    @Argument(help: "Pipeline files.", completion: .file(extensions: ["json"]))
    var files: [String]

    @Flag(help: "Print the mistakes as JSON.")
    var json = false

    func run() throws {
        var mistakes: [Mistake] = []
        for file in files {
            do throws(PipelineMistakes) {
                let plan = try Planner.plan(PipelineFile(reading: file), stages: registry).keptUntilExit()
                try plan.check()
                if !json { print("\(file.visible()): \(Words.counted(plan.stages.count, "stage")), no mistakes") }
            } catch {
                mistakes += error.mistakes
            }
        }
        if json { print(JSONValue.array(mistakes.map(\.json)).prettyText) }
        guard mistakes.isEmpty else {
            throw CommandFailure(
                json ? "" : PipelineMistakes(mistakes: mistakes).description, code: ExitStatus.wrongInput)
        }
    }
}
