import Foundation
import TestSupport
import Testing

/// What units answer to real images, against another engine.
@Suite(.enabled(if: RealData.exists, "there is no ../shared/data with FashionMNIST in it"))
struct UnitParityTests {
    private static let road = """
        {
          "name": "units",
          "stages": {
            "test": {
              "stage": "dataset.load",
              "parameters": { "format": "fashion-mnist", "path": "DATA", "split": "test", "limit": 500 }
            },
            "cnn": { "stage": "model.load", "parameters": { "architecture": "mnist-cnn", "seed": 3 } },
            "top": {
              "stage": "activations.top", "inputs": { "model": "cnn", "dataset": "test" },
              "parameters": { "layer": "block2.1", "limit": 2 }
            },
            "units": { "stage": "activations.units", "inputs": { "model": "cnn", "dataset": "test" } },
            "kernels": {
              "stage": "image.convolve", "inputs": { "dataset": "test" },
              "parameters": {
                "samples": [0, 1, 2], "stride": 2, "padding": 1,
                "kernels": [
                  { "name": "edges", "values": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]] },
                  { "name": "blur", "values": [[0.25, 0.5], [0.125, 0.125]] }
                ]
              }
            }
          }
        }
        """

    @Test(
        .enabled(
            if: Python(with: "torch", "h5py") != nil, "CONVSCOPE_PYTHON does not name a Python with PyTorch and h5py"))
    func `examples, statistics and hand-made kernels are PyTorch's`() throws {
        let workspace = try Workspace()
        let data = RealData.path("fashion-mnist")
        try workspace.write(Self.road.replacing("DATA", with: data), to: "units.json")
        let report = try workspace.runPipeline("units.json")
        let python = try #require(Python(with: "torch", "h5py"))
        let outcome = try python.run("units.py", [report.folder, data + "/t10k-images-idx3-ubyte.gz"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.hasSuffix("dead units, 2 kernels\n"), "\(outcome.output)")
    }
}
