import Foundation
import Pipeline
import Stages
import Storage
import TestSupport
import Testing

/// What a plan found is not always what a run finds.
@Suite struct ChangedDataTests {
    private static let folder = """
        "images": {
          "stage": "dataset.load",
          "parameters": { "format": "image-folder", "path": "pictures", "on_error": "skip" }
        }
        """

    /// A gray PNG of 1×1 pixels, or one whose header is sound and whose pixels are not.
    private static func png(broken: Bool = false) -> [UInt8] {
        var bytes = [UInt8](
            Data(
                base64Encoded:
                    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==")!)
        if broken { bytes[43] ^= 0xFF }
        return bytes
    }

    private func workspace(_ stages: String) throws -> StageWorkspace {
        let workspace = try StageWorkspace(unrun: stages)
        try FileSystem.makeFolder(workspace.path("pictures/a"))
        for name in ["1.png", "2.png"] { try FileSystem.write(Self.png(), to: workspace.path("pictures/a/" + name)) }
        return workspace
    }

    @Test func `a picture that appears after planning is named`() throws {
        let workspace = try workspace(Self.folder)
        let plan = try workspace.plan()
        try FileSystem.write(Self.png(), to: workspace.path("pictures/a/3.png"))
        let result = try workspace.run(plan)
        #expect(result.state == .failed)
        let message = try #require(result.failures.first.map { "\($0)" })
        #expect(message.contains("pictures/a/3.png' has appeared while the pipeline ran"), "\(message)")
    }

    @Test func `a position beyond the pictures that can be read is named`() throws {
        let workspace = try workspace(
            Self.folder + """
                , "net": { "stage": "model.load", "parameters": { "architecture": "net.json" } },
                "maps": {
                  "stage": "activations.maps", "inputs": { "model": "net", "dataset": "images" },
                  "parameters": { "samples": [2] }
                }
                """)
        try FileSystem.write(Self.png(broken: true), to: workspace.path("pictures/a/3.png"))
        try FileSystem.write(
            """
            { "name": "net", "input": [3, 1, 1], "layers": [
              { "name": "conv", "kind": "convolution", "in_channels": 3, "out_channels": 2, "kernel": 1 } ] }
            """, to: workspace.path("net.json"))
        let result = try workspace.run()
        let message = try #require(result.failures.first.map { "\($0)" })
        #expect(message.contains("there is no image 2 among 2"), "\(message)")
    }
}
