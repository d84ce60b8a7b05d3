import Foundation
import Testing

/// Long stages whose process is stopped or killed go on from a checkpoint, and end with the same bytes.
@Suite(.serialized) struct StoppedStageTests {
    /// A pipeline whose stage `long` runs for a second or so.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// The signal that asks for an end; another one for each stage.
        let polite: Stop
        let stages: String
    }

    private static func images(_ count: Int, _ more: String = "") -> String {
        """
        "images": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": \(count), "seed": 1\(more) } }
        """
    }

    /// So small that its first checkpoint is worth its time at once.
    private static let smallNet = """
        { "name": "small", "input": [3, 32, 32], "layers": [
          { "name": "conv", "kind": "convolution", "in_channels": 3, "out_channels": 16, "kernel": 5 },
          { "name": "relu", "kind": "relu" },
          { "name": "pool", "kind": "max_pooling", "kernel": 4 },
          { "name": "flatten", "kind": "flatten" },
          { "name": "fc", "kind": "linear", "in_features": 784, "out_features": 8 } ] }
        """

    /// Large images and small maps: blocks of some dozen images, whose activations take little of the disk.
    private static let wideNet = """
        { "name": "wide", "input": [3, 224, 224], "layers": [
          { "name": "conv", "kind": "convolution", "in_channels": 3, "out_channels": 4, "kernel": 8, "stride": 8 },
          { "name": "relu", "kind": "relu" },
          { "name": "flatten", "kind": "flatten" },
          { "name": "fc", "kind": "linear", "in_features": 3136, "out_features": 8 } ] }
        """

    static let cases = [
        Case(
            testDescription: "training",
            polite: Stop(signal: SIGINT, status: 130, reason: .exit),
            stages: images(1000) + """
                , "long": {
                  "stage": "model.train", "inputs": { "dataset": "images" },
                  "parameters": { "architecture": "small.json", "epochs": 6, "optimizer": "adam", "batch_size": 32 }
                }
                """),
        Case(
            testDescription: "extraction",
            polite: Stop(signal: SIGTERM, status: 75, reason: .exit),
            stages: images(800, #", "resize": 224"#) + """
                , "net": { "stage": "model.load", "parameters": { "architecture": "wide.json", "seed": 3 } },
                "long": {
                  "stage": "activations.extract", "inputs": { "model": "net", "dataset": "images" },
                  "parameters": { "layers": ["relu", "fc"], "algorithm": "direct" }
                }
                """),
        Case(
            testDescription: "t-SNE",
            polite: Stop(signal: SIGUSR1, status: 75, reason: .exit),
            stages: images(2000) + """
                , "long": {
                  "stage": "reduce.tsne", "inputs": { "points": "images" },
                  "parameters": { "iterations": 600, "perplexity": 10 }
                }
                """),
        Case(
            testDescription: "maximization",
            polite: Stop(signal: SIGUSR2, status: 75, reason: .exit),
            stages: """
                "net": { "stage": "model.load", "parameters": { "architecture": "cifar10-cnn", "seed": 3 } },
                "long": {
                  "stage": "filters.maximize", "inputs": { "model": "net" },
                  "parameters": { "layer": "block2.1", "filters": [0, 1, 2, 3], "iterations": 400, "snapshots": [100] }
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
            let process = try Program.start(
                ["run", "p.json"], in: stopped.url, variables: ["CONVSCOPE_CHECKPOINT_SECONDS": "0"])
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
        try workspace.write(Self.smallNet, to: "small.json")
        try workspace.write(Self.wideNet, to: "wide.json")
        return workspace
    }

    private func checkpoints(_ workspace: Workspace) throws -> [String] {
        guard workspace.exists(".convscope/checkpoints") else { return [] }
        // A file that is being written has another name.
        return try workspace.files(below: ".convscope/checkpoints").filter { $0.hasSuffix("/state.checkpoint") }
    }
}
