import Foundation
import Testing

/// Long stages whose process is stopped or killed go on from a checkpoint, and end with the same bytes.
@Suite(.serialized) struct StoppedStageTests {
    /// A pipeline whose stage `long` runs for some seconds.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// The signal that asks for an end; another one for each stage.
        let polite: Stop
        let stages: String
    }

    private static let net = """
        "net": { "stage": "model.load", "parameters": { "architecture": "cifar10-cnn", "seed": 3 } }
        """

    private static func images(_ count: Int) -> String {
        """
        "images": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": \(count), "seed": 1 } }
        """
    }

    static let cases = [
        Case(
            testDescription: "training",
            polite: Stop(signal: SIGINT, status: 130, reason: .exit),
            stages: images(2000) + """
                , "long": {
                  "stage": "model.train", "inputs": { "dataset": "images" },
                  "parameters": { "architecture": "cifar10-cnn", "epochs": 4, "optimizer": "adam", "batch_size": 64 }
                }
                """),
        Case(
            testDescription: "extraction",
            polite: Stop(signal: SIGTERM, status: 75, reason: .exit),
            stages: images(4000) + "," + net + """
                , "long": {
                  "stage": "activations.extract", "inputs": { "model": "net", "dataset": "images" },
                  "parameters": { "layers": ["block*.1", "fc_layers.4"], "algorithm": "direct" }
                }
                """),
        Case(
            testDescription: "t-SNE",
            polite: Stop(signal: SIGUSR1, status: 75, reason: .exit),
            stages: images(2500) + """
                , "long": {
                  "stage": "reduce.tsne", "inputs": { "points": "images" },
                  "parameters": { "iterations": 1500, "perplexity": 20 }
                }
                """),
        Case(
            testDescription: "maximization",
            polite: Stop(signal: SIGUSR2, status: 75, reason: .exit),
            stages: net + """
                , "long": {
                  "stage": "filters.maximize", "inputs": { "model": "net" },
                  "parameters": { "layer": "block2.1", "filters": [0, 1, 2, 3, 4, 5, 6, 7], "iterations": 400, "snapshots": [100] }
                }
                """),
    ]

    /// A way to stop a run, and how its process ends.
    struct Stop: Sendable, CustomTestStringConvertible {
        let signal: Int32
        let status: Int32
        let reason: Process.TerminationReason
        var testDescription: String { "signal \(signal)" }
    }

    static let killed = Stop(signal: SIGKILL, status: SIGKILL, reason: .uncaughtSignal)

    @Test(arguments: cases) func `a stage that was stopped goes on and ends with the same bytes`(example: Case) throws {
        let calm = try workspace(example)
        try calm.runPipeline("p.json")
        for stop in [Self.killed, example.polite] {
            let stopped = try workspace(example)
            let process = try Program.start(["run", "p.json"], in: stopped.url)
            let deadline = ContinuousClock.now + .seconds(60)
            while try checkpoints(stopped).isEmpty, process.isRunning, ContinuousClock.now < deadline { usleep(2_000) }
            kill(process.processIdentifier, stop.signal)
            process.waitUntilExit()
            #expect(process.terminationReason == stop.reason, "\(stop)")
            #expect(process.terminationStatus == stop.status, "\(stop)")
            #expect(try !checkpoints(stopped).isEmpty, "\(stop)")

            #expect(try stopped.runPipeline("p.json").executed == ["long"], "\(stop)")
            #expect(try stopped.text("runs/p/logs/long.log").contains(" goes on after "), "\(stop)")
            #expect(try stopped.files(below: ".convscope/checkpoints") == [], "\(stop)")
            try stopped.expectSoundStore()
            #expect(try StoreContents(stopped).differences(from: StoreContents(calm)) == [], "\(stop)")
        }
    }

    private func workspace(_ example: Case) throws -> Workspace {
        let workspace = try Workspace()
        try workspace.write("{\"stages\": {\n\(example.stages)\n}}", to: "p.json")
        return workspace
    }

    private func checkpoints(_ workspace: Workspace) throws -> [String] {
        guard workspace.exists(".convscope/checkpoints") else { return [] }
        // A file that is being written has another name.
        return try workspace.files(below: ".convscope/checkpoints").filter { $0.hasSuffix("/state.checkpoint") }
    }
}
