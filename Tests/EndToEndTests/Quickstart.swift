import JSONValues
import Testing

/// `Pipelines/quickstart.json`, made small enough to run in a second or two.
struct Quickstart {
    static let file = "Pipelines/quickstart.json"
    static let samples = 100
    static let stages = [
        "train", "test", "images", "cnn", "check", "activations", "pixels-pca", "pca", "pixels-tsne", "tsne", "maps",
        "filters", "deeper", "rank", "chosen", "upstream", "page",
    ]

    static let small = settings([
        "train.count": 240, "test.count": samples, "cnn.epochs": 2, "rank.top": 3, "chosen.iterations": 6,
        "upstream.iterations": 4, "pixels-tsne.iterations": 60, "tsne.iterations": 60,
    ])

    /// Parameters `stage.parameter` as arguments of the command line.
    static func settings(_ parameters: KeyValuePairs<String, Int>) -> [String] {
        parameters.flatMap { path, value in
            let names = path.split(separator: ".")
            return ["--set", "stages.\(names[0]).parameters.\(names[1])=\(value)"]
        }
    }

    let workspace: Workspace
    let report: RunReport
    let record: JSONValue

    /// Path of a file of the run folder.
    func path(_ name: String) -> String { "\(report.folder)/\(name)" }

    private init() throws {
        workspace = try Workspace(withPipelines: ())
        report = try workspace.runPipeline(Self.file, Self.small)
        record = try workspace.json("runs/quickstart/run.json")
    }

    /// One run for all tests that only read.
    static func finished() throws -> Quickstart { try result.get() }

    private static let result = Result { try Quickstart() }
}
