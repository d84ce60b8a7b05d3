import Foundation
import JSONValues
import Testing

/// Signals to the real program while a stage runs.
@Suite struct SignalTests {
    private static let training = """
        {"name": "train", "stages": {
          "shapes": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 200 } },
          "cnn": { "stage": "model.train", "inputs": { "dataset": "shapes" },
                   "parameters": { "architecture": "cifar10-cnn", "epochs": 1000 } }
        }}
        """

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 75), (SIGUSR1, 75), (SIGUSR2, 75), (SIGHUP, 75)] as [(Int32, Int32)])
    func `a signal ends the run in good order`(signal: Int32, status: Int32) throws {
        let workspace = try Workspace()
        let process = try start(Self.training, until: "cnn", in: workspace)
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == status)
        try expectGoodOrder(in: workspace)
    }

    @Test func `a signal that comes twice at once is one`() throws {
        let workspace = try Workspace()
        let process = try start(Self.training, until: "cnn", in: workspace)
        kill(process.processIdentifier, SIGINT)
        usleep(2_000)
        kill(process.processIdentifier, SIGINT)
        process.waitUntilExit()
        #expect(process.terminationStatus == 130)
        try expectGoodOrder(in: workspace)
    }

    @Test func `a second signal later ends the run at once`() throws {
        let workspace = try Workspace()
        // A stage that works for seconds before it looks whether it is to stop.
        let pipeline = """
            {"name": "train", "stages": {
              "vgg": { "stage": "model.load", "parameters": { "architecture": "vgg16", "seed": 1 } } }}
            """
        let process = try start(pipeline, until: "vgg", in: workspace)
        kill(process.processIdentifier, SIGTERM)
        usleep(600_000)
        kill(process.processIdentifier, SIGTERM)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == 75)
        #expect(try workspace.json("runs/train/run.json")["state"] == "running")
        #expect(try workspace.run(["cache", "prune"]).status == 0)
        try workspace.expectSoundStore()
    }

    @Test func `that nobody reads what is printed ends nothing`() throws {
        let workspace = try Workspace()
        let process = try start(Self.training, until: "cnn", in: workspace)
        kill(process.processIdentifier, SIGPIPE)
        usleep(300_000)
        #expect(process.isRunning)
        kill(process.processIdentifier, SIGINT)
        process.waitUntilExit()
        #expect(process.terminationStatus == 130)
        try expectGoodOrder(in: workspace)
    }

    /// Starts a run and waits for the start of a stage.
    private func start(_ pipeline: String, until stage: String, in workspace: Workspace) throws -> Process {
        try workspace.write(pipeline, to: "train.json")
        let process = try Program.start(["run", "train.json", "--jobs", "2"], in: workspace.url)
        let deadline = Date.now + 60
        while Date.now < deadline {
            let text = (try? workspace.text(Self.events)) ?? ""
            if text.contains(#""stage-started","stage":"\#(stage)""#) { break }
            usleep(20_000)
        }
        return process
    }

    private static let events = "runs/train/events.jsonl"

    private func expectGoodOrder(in workspace: Workspace) throws {
        let record = try workspace.json("runs/train/run.json")
        #expect(record["state"] == "interrupted")
        #expect(record["stages"]?["shapes"]?["state"] == "finished")
        #expect(record["stages"]?["cnn"]?["state"] == "interrupted")
        #expect(try workspace.text(Self.events).contains(#""event":"run-ended","state":"interrupted""#))
        #expect(try workspace.files(below: ".convscope/leases") == [])
        try workspace.expectSoundStore()
    }
}
