import Foundation
import JSONValues
import Testing

/// Stores that several processes use, and stores that are not there.
@Suite struct SharedStoreTests {
    private static let training = """
        {"name": "train", "stages": {
          "shapes": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 60 } },
          "cnn": { "stage": "model.train", "inputs": { "dataset": "shapes" },
                   "parameters": { "architecture": "cifar10-cnn", "epochs": 3 } }
        }}
        """

    @Test func `of two processes that want the same result one makes it`() throws {
        let workspace = try Workspace()
        try workspace.write(Self.training, to: "train.json")
        let other = try Program.start(["run", "train.json", "--runs", "other"], in: workspace.url)
        try workspace.runPipeline("train.json")
        other.waitUntilExit()
        #expect(other.terminationStatus == 0)
        for stage in ["shapes", "cnn"] {
            let states = try ["runs", "other"].map { folder in
                try workspace.json("\(folder)/train/run.json")["stages"]?[stage]?["state"]?.string ?? ""
            }
            #expect(states.sorted() == ["finished", "reused"], "\(stage)")
        }
        #expect(try workspace.files(below: ".convscope/leases") == [])
        #expect(try workspace.files(below: ".convscope/checkpoints") == [])
        try workspace.expectSoundStore()
    }

    @Test func `looking at a store that is not there makes none`() throws {
        let workspace = try Workspace()
        let outcome = try workspace.run(["cache", "list", "--store", "nothing"])
        #expect(outcome.status == 65)
        #expect(
            outcome.errors == """
                there is no store in 'nothing'
                  fix: name the folder of a store with --store, or run a pipeline first

                """)
        #expect(!workspace.exists("nothing"))
    }
}
