import HDF5Files
import JSONValues
import Testing

/// Stages that draw chosen images have one of them in memory at a time.
@Suite struct FlatMemoryTests {
    private static let images = """
        "images": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 64, "resize": 256 } }
        """
    private static let samples = (0..<64).map(String.init).joined(separator: ", ")

    /// Runs a stage `look` over 64 images; returns the bytes it leaves and the most memory that it had.
    private func run(_ stages: String, files: [String: String] = [:], paths: [String]) throws -> (
        written: Int, peak: Int
    ) {
        let workspace = try Workspace()
        for (name, text) in files { try workspace.write(text, to: name) }
        try workspace.write("{ \"stages\": { \(Self.images), \(stages) } }", to: "p.json")
        let report = try workspace.runPipeline("p.json")
        let file = try HDF5File(opening: report.folder + "/outputs/look/maps.h5")
        let written = try paths.reduce(0) { try $0 + file.dataset($1).shape.reduce(4, *) }
        let record = try workspace.json("runs/p/run.json")
        return (written, try #require(record["stages"]?["look"]?["peak_memory"]?.int))
    }

    @Test func `activation maps`() throws {
        let net = """
            { "name": "n", "input": [3, 256, 256], "layers": [
              { "name": "conv", "kind": "convolution", "in_channels": 3, "out_channels": 16, "kernel": 3, "padding": 1 },
              { "name": "relu", "kind": "relu" } ] }
            """
        let (written, peak) = try run(
            """
            "net": { "stage": "model.load", "parameters": { "architecture": "n.json", "seed": 1 } },
            "look": {
              "stage": "activations.maps", "inputs": { "model": "net", "dataset": "images" },
              "parameters": { "samples": [\(Self.samples)], "channels": 1, "path": 1 }
            }
            """, files: ["n.json": net], paths: ["/conv", "/relu"])
        #expect(written >= 512 << 20)
        #expect(peak < 200 << 20)
    }

    @Test func `hand-made kernels`() throws {
        let kernels = (0..<4).map { "{ \"name\": \"k\($0)\", \"values\": [[1, \($0)]] }" }.joined(separator: ", ")
        let (written, peak) = try run(
            """
            "look": {
              "stage": "image.convolve", "inputs": { "dataset": "images" },
              "parameters": { "samples": [\(Self.samples)], "over": "channels", "kernels": [\(kernels)] }
            }
            """, paths: (0..<4).flatMap { k in ["before_relu", "after_relu", "pooled"].map { "/k\(k)/\($0)" } })
        #expect(written > 400 << 20)
        #expect(peak < 200 << 20)
    }
}
