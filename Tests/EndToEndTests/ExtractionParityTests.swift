import Foundation
import TestSupport
import Testing

/// Activations of real images, against another engine.
@Suite(.enabled(if: RealData.exists, "there is no ../shared/data with FashionMNIST in it"))
struct ExtractionParityTests {
    private static let road = """
        {
          "name": "parity",
          "stages": {
            "train": { "stage": "dataset.load", "parameters": { "format": "fashion-mnist", "path": "DATA", "limit": 1000 } },
            "test": {
              "stage": "dataset.load",
              "parameters": { "format": "fashion-mnist", "path": "DATA", "split": "test", "limit": 200 }
            },
            "cnn": {
              "stage": "model.train",
              "inputs": { "dataset": "train" },
              "parameters": { "architecture": "mnist-cnn", "epochs": 1, "optimizer": "adam" }
            },
            "activations": { "stage": "activations.extract", "inputs": { "model": "cnn", "dataset": "test" } }
          }
        }
        """

    @Test(
        .enabled(
            if: Python(with: "torch", "h5py") != nil, "CONVSCOPE_PYTHON does not name a Python with PyTorch and h5py"))
    func `all layers of a trained network answer as in PyTorch`() throws {
        let workspace = try Workspace()
        let data = RealData.path("fashion-mnist")
        try workspace.write(Self.road.replacing("DATA", with: data), to: "parity.json")
        let report = try workspace.runPipeline("parity.json")
        let python = try #require(Python(with: "torch", "h5py"))
        let outcome = try python.run("extraction.py", [report.folder, data + "/t10k-images-idx3-ubyte.gz"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        // The four layers of a block twice, flatten, and seven of the classifier; 200 images.
        #expect(outcome.output.hasPrefix("16 layers, "), "\(outcome.output)")
    }
}
