import HDF5Files
import JSONValues
import Testing

/// Memory of the program on an HDF5 file of more pixels than it may keep.
@Suite(.enabled(if: Python(with: "h5py") != nil, "CONVSCOPE_PYTHON does not name a Python with h5py"))
struct LargeArraysTests {
    private let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        let outcome = try #require(Python(with: "h5py")).run("large_arrays.py", [workspace.path("large.h5")])
        try #require(outcome.status == 0, "\(outcome.errors)")
    }

    /// Explores the file; returns the mean of its pixels in [0, 1], and the most memory that the program had, in bytes.
    private func explored(_ parameters: String) throws -> (mean: Double, peakMemory: Int) {
        try workspace.write(
            """
            { "stages": {
              "images": { "stage": "dataset.load", "parameters": { "format": "hdf5", "path": "large.h5"\(parameters) } },
              "look": { "stage": "dataset.explore", "inputs": { "dataset": "images" } }
            } }
            """, to: "p.json")
        let report = try workspace.runPipeline("p.json")
        let statistics = try HDF5File(opening: report.folder + "/outputs/look/statistics.h5")
        let record = try workspace.json("runs/p/run.json")
        return (
            try statistics.dataset("/channel_mean").read(Double.self)[0],
            try #require(record["stages"]?["look"]?["peak_memory"]?.int)
        )
    }

    @Test func `a few shuffled pictures take the memory of a few`() throws {
        let (_, peakMemory) = try explored(#", "limit": 10, "shuffle": true"#)
        #expect(peakMemory < 150 << 20)
    }

    @Test func `all of them are read in the memory of some chunks`() throws {
        let (mean, peakMemory) = try explored("")
        let expected = (0..<11_000).reduce(0.0) { $0 + Double($1 % 251) } / 11_000 / 255
        #expect(abs(mean - expected) < 1e-6)
        #expect(peakMemory < 256 << 20)
    }
}
