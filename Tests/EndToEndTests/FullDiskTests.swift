import Foundation
import Testing

/// Files that cannot grow any more, as on a full disk: an error with the system's words, and no crash.
@Suite struct FullDiskTests {
    /// Limits in blocks of 1024 bytes: they end the weights, or the HDF5 file at different points of its writing.
    @Test(arguments: [1, 40, 200, 600, 2000]) func `a file that cannot be written ends the run with status 1`(
        limit: Int
    ) throws {
        let workspace = try Workspace()
        try workspace.write(
            """
            {"stages": {
              "shapes": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 200 } },
              "pca": { "stage": "reduce.pca", "inputs": { "points": "shapes" }, "parameters": { "dimensions": 190 } },
              "net": { "stage": "model.load", "parameters": { "architecture": "cifar10-cnn" } } }}
            """, to: "p.json")
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("convscope")
        // An ignored SIGXFSZ is inherited: writing beyond the limit then fails as writing to a full disk does.
        let outcome = try Program.run(
            URL(fileURLWithPath: "/bin/bash"),
            ["-c", "trap '' XFSZ; ulimit -f \(limit); exec \"$0\" run p.json", program.path], in: workspace.url)
        #expect(outcome.status == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("File too large"), "\(outcome.errors)")
    }
}
