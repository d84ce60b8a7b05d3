import Foundation
import Testing

/// Equal work gives equal bytes, whatever happens on the way.
@Suite struct StableBytesTests {
    /// The whole road in a new workspace with its own store.
    private func road(_ options: String...) throws -> StoreContents {
        let workspace = try Workspace(withPipelines: ())
        try workspace.runPipeline(Quickstart.file, Quickstart.small + options)
        return try StoreContents(workspace)
    }

    /// Long enough that a kill after the first checkpoint comes in the middle.
    private static let training = """
        {
          "name": "training",
          "stages": {
            "train": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 2000, "seed": 1 } },
            "cnn": {
              "stage": "model.train",
              "inputs": { "dataset": "train" },
              "parameters": { "architecture": "cifar10-cnn", "epochs": 8, "optimizer": "adam", "batch_size": 64 }
            }
          }
        }
        """

    private func undisturbed() throws -> StoreContents { try StoreContents(Quickstart.finished().workspace) }

    @Test func `two stores hold the same bytes`() throws {
        let (first, second) = (try undisturbed(), try road())
        #expect(first.files.count > 80)
        #expect(second.differences(from: first) == [])
    }

    @Test(arguments: ["1", "3"]) func `the number of threads changes no byte`(threads: String) throws {
        #expect(try road("--threads", threads).differences(from: undisturbed()) == [])
    }

    /// A way to stop a run, and how its process ends.
    struct Stop: Sendable, CustomTestStringConvertible {
        let signal: Int32
        let status: Int32
        let reason: Process.TerminationReason
        var testDescription: String { "signal \(signal)" }
    }

    @Test(arguments: [
        Stop(signal: SIGKILL, status: SIGKILL, reason: .uncaughtSignal),
        Stop(signal: SIGINT, status: 130, reason: .exit),
        Stop(signal: SIGTERM, status: 75, reason: .exit),
    ])
    func `training that was stopped goes on and ends with the same bytes`(stop: Stop) throws {
        let (calm, killed) = (try Workspace(), try Workspace())
        for workspace in [calm, killed] { try workspace.write(Self.training, to: "training.json") }
        try calm.runPipeline("training.json")

        let process = try Program.start(["run", "training.json"], in: killed.url)
        let deadline = ContinuousClock.now + .seconds(40)
        while try checkpoints(killed).isEmpty, process.isRunning, ContinuousClock.now < deadline { usleep(2_000) }
        kill(process.processIdentifier, stop.signal)
        process.waitUntilExit()
        #expect(process.terminationReason == stop.reason)
        #expect(process.terminationStatus == stop.status)
        #expect(try StoreContents(killed).keys["model.train"] == nil)
        #expect(try !checkpoints(killed).isEmpty)

        #expect(try killed.runPipeline("training.json").executed == ["cnn"])
        #expect(try killed.text("runs/training/logs/cnn.log").contains(" goes on after epoch "))
        #expect(try checkpoints(killed).isEmpty)
        try killed.expectSoundStore()
        #expect(try StoreContents(killed).differences(from: StoreContents(calm)) == [])
    }

    @Test func `a road that is killed again and again ends with the same bytes`() throws {
        let workspace = try Workspace(withPipelines: ())
        for step in 1...6 {
            let process = try Program.start(["run", Quickstart.file] + Quickstart.small, in: workspace.url)
            usleep(useconds_t(step * 90_000))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        try workspace.runPipeline(Quickstart.file, Quickstart.small)
        try workspace.expectSoundStore()
        #expect(try StoreContents(workspace).differences(from: undisturbed()) == [])
    }

    @Test func `two runs at once share a store and do no harm`() throws {
        let workspace = try Workspace(withPipelines: ())
        let processes = try ["first", "second"].map { runs in
            try Program.start(["run", Quickstart.file, "--runs", runs] + Quickstart.small, in: workspace.url)
        }
        for process in processes {
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
        try workspace.expectSoundStore()
        #expect(try StoreContents(workspace).differences(from: undisturbed()) == [])
        #expect(
            try workspace.read("first/quickstart/report.html") == workspace.read("second/quickstart/report.html"))
    }

    private func checkpoints(_ workspace: Workspace) throws -> [String] {
        guard workspace.exists(".convscope/checkpoints") else { return [] }
        // A file that is being written has another name.
        return try workspace.files(below: ".convscope/checkpoints").filter { $0.hasSuffix(".checkpoint") }
    }
}
