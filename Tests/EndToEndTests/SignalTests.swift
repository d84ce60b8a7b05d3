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

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 75), (SIGUSR1, 75), (SIGUSR2, 75)] as [(Int32, Int32)])
    func `a signal ends the run in good order`(signal: Int32, status: Int32) throws {
        let workspace = try Workspace()
        try workspace.write(Self.training, to: "train.json")
        let process = try Program.start(["run", "train.json", "--jobs", "2"], in: workspace.url)
        let events = "runs/train/events.jsonl"
        let deadline = Date.now + 60
        while Date.now < deadline {
            if let text = try? workspace.text(events), text.contains(#""stage-started","stage":"cnn""#) { break }
            usleep(20_000)
        }
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == status)
        let record = try workspace.json("runs/train/run.json")
        #expect(record["state"] == "interrupted")
        #expect(record["stages"]?["shapes"]?["state"] == "finished")
        #expect(record["stages"]?["cnn"]?["state"] == "interrupted")
        #expect(try workspace.text(events).contains(#""event":"run-ended","state":"interrupted""#))
        #expect(try workspace.files(below: ".convscope/leases") == [])
        try workspace.expectSoundStore()
    }
}
