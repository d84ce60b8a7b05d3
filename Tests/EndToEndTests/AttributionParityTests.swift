import Foundation
import TestSupport
import Testing

/// Maps of trained networks at the default algorithm, against PyTorch in double precision.
@Suite(.enabled(if: RealData.exists, "there is no ../shared/data with trained networks in it"))
struct AttributionParityTests {
    /// A network and some of its images.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let shape: [Int]
        let dataset: String
        let model: String
        /// Side of the window of occlusion, in pixels.
        let window: Int
        var testDescription: String { name }

        fileprivate var stages: String {
            let methods = [
                ("saliency", "", ""), ("saliency", "-probability", #""score": "probability""#),
                ("guided-backprop", "", ""),
                ("deconvnet", "", ""), ("integrated-gradients", "", #""steps": 8"#), ("grad-cam", "", ""),
                ("occlusion", "", #""window": \#(window), "stride": \#(window / 2)"#),
                ("occlusion", "-probability", #""window": \#(window), "stride": \#(window), "score": "probability""#),
            ].map { method, word, parameters in
                """
                "\(name)-\(method)\(word)": {
                  "stage": "attribution.\(method)", "inputs": { "model": "\(name)", "dataset": "images" },
                  "parameters": { "pictures": 0\(parameters.isEmpty ? "" : ", " + parameters) }
                }
                """
            }
            return """
                "images": { "stage": "dataset.load", "parameters": { \(dataset) } },
                "\(name)": { "stage": "model.load", "parameters": { \(model) } },
                "eye": { "stage": "model.load", "parameters": { "architecture": "eye.json" } },
                "\(name)-pixels": {
                  "stage": "activations.extract", "inputs": { "model": "eye", "dataset": "images" },
                  "parameters": { "layers": ["pixels"], "pool": "none" }
                },
                \(methods.joined(separator: ",\n"))
                """
        }
    }

    private static func network(_ name: String) -> String {
        RealData.packageRoot.appendingPathComponent("Configs/networks/\(name).json").path
    }

    static let cases = [
        Case(
            name: "squeezenet", shape: [3, 224, 224],
            dataset: """
                "format": "image-folder", "path": "\(RealData.path("imagenet/samples"))", "resize": 256, "crop": 224,
                "limit": 2
                """,
            model: """
                "architecture": "squeezenet1_1",
                "weights": "\(RealData.path("models/squeezenet1.1-imagenet/squeezenet1_1_torchvision_layout.pth"))",
                "input": { "order": "BGR", "range": 255, "mean": [104, 117, 123], "std": [1, 1, 1] }
                """, window: 64),
        Case(
            name: "resnet", shape: [3, 32, 32],
            dataset: """
                "format": "cifar10", "path": "\(RealData.path("cifar-10"))", "split": "test", "limit": 12
                """,
            model: """
                "architecture": "\(network("resnet20-cifar"))",
                "weights": "\(RealData.path("models/resnet-cifar10/resnet20-12fca82f.th"))", "input": "torchvision"
                """, window: 8),
        Case(
            name: "fashion", shape: [1, 28, 28],
            dataset: """
                "format": "fashion-mnist", "path": "\(RealData.path("fashion-mnist"))", "split": "test", "limit": 12
                """,
            model: """
                "architecture": "\(network("fashion-cnn"))",
                "weights": "\(RealData.path("models/fashion-cnn-pytorch/fashion_cnn.pth"))",
                "input": { "mean": [0.5], "std": [0.5] }
                """, window: 8),
    ]

    @Test(
        .enabled(
            if: Python(with: "torch", "h5py") != nil, "CONVSCOPE_PYTHON does not name a Python with PyTorch and h5py"),
        arguments: cases)
    func `maps are PyTorch's, image by image`(example: Case) throws {
        let workspace = try Workspace()
        try workspace.write("{ \"name\": \"maps\", \"stages\": {\n\(example.stages)\n} }", to: "maps.json")
        try workspace.write(
            """
            { "name": "eye", "input": \(example.shape), "layers": [{ "name": "pixels", "kind": "relu" }] }
            """, to: "eye.json")
        let report = try workspace.runPipeline("maps.json")
        let python = try #require(Python(with: "torch", "h5py"))
        let outcome = try python.run("attribution_run.py", [report.folder])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output == "\(example.name == "squeezenet" ? 16 : 96) maps\n", "\(outcome.output)")
    }
}
