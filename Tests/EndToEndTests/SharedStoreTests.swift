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

    @Test func `runs that share a folder do not fail each other, and the last one's outputs stay`() throws {
        let workspace = try Workspace()
        let pipeline = """
            {"name": "p", "stages": {
              "shapes": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 40 } },
              "seen": { "stage": "dataset.explore", "inputs": { "dataset": "shapes" } },
              "page": { "stage": "report.render", "inputs": { "sections": ["seen"] } }
            }}
            """
        try workspace.write(pipeline, to: "p.json")
        for count in 50..<55 {
            let other = try Program.start(
                ["run", "p.json", "--set", "stages.shapes.parameters.count=\(count)"], in: workspace.url)
            try workspace.runPipeline("p.json")
            other.waitUntilExit()
            #expect(other.terminationStatus == 0)
        }
        let last = try workspace.runPipeline("p.json")
        #expect(last.executed == [])
        for stage in ["shapes", "seen", "page"] {
            let record = try #require(workspace.json("runs/p/run.json")["stages"]?[stage])
            #expect(record["state"] == "reused")
            let key = try #require(record["key"]?.string)
            let folder = workspace.url.appendingPathComponent("runs/p/outputs/\(stage)")
            for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
                let target = try FileManager.default.destinationOfSymbolicLink(
                    atPath: folder.appendingPathComponent(file).path)
                #expect(target.contains("/\(key.prefix(2))/\(key.dropFirst(2))/"))
            }
        }
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
