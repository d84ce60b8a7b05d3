import HDF5Files
import JSONValues
import Pipeline
import Storage
import TestSupport
import Tensors
import Testing

/// Arrays whose numbers are finer than bytes, on their way through stages.
@Suite struct FineArraysTests {
    private static let networks = [
        "same.json": """
        { "name": "same", "input": [1, 2, 2], "layers": [
          { "name": "relu", "kind": "relu" },
          { "name": "flatten", "kind": "flatten" } ] }
        """,
        "linear.json": """
        { "name": "linear", "input": [1, 2, 2], "layers": [
          { "name": "flatten", "kind": "flatten" },
          { "name": "fc", "kind": "linear", "in_features": 4, "out_features": 2 } ] }
        """,
    ]

    /// A workspace with `images.npy`, pictures of 2×2 pixels, and `labels.npy`, 0 and 1 by turns.
    private func workspace(_ stages: String, _ pixels: [Float]) throws -> StageWorkspace {
        let workspace = try StageWorkspace(unrun: stages, files: Self.networks)
        let count = pixels.count / 4
        try FileSystem.write(npy("<f4", "(\(count), 2, 2)", pixels), to: workspace.path("images.npy"))
        let labels = (0..<count).map { UInt8($0 % 2) }
        try FileSystem.write(npy("|u1", "(\(count),)", labels), to: workspace.path("labels.npy"))
        let result = try workspace.run()
        #expect(result.failures == [])
        try #require(result.state == .finished)
        return workspace
    }

    private func npy(_ type: String, _ shape: String, _ values: [some Any]) -> [UInt8] {
        let text = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }"
        let header = Array((text + String(repeating: " ", count: 117 - text.count) + "\n").utf8)
        return [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + header + values.withUnsafeBytes { [UInt8]($0) }
    }

    @Test func `a half stays a half on its way through a network`() throws {
        let pixels: [Float] = [0.5, 0.25, 0.123456, 1e-4, 0.5, 0.5, 0.999, 1]
        let workspace = try workspace(
            """
            "images": { "stage": "dataset.load", "parameters": { "format": "npy", "path": "." } },
            "net": { "stage": "model.load", "parameters": { "architecture": "same.json" } },
            "run": { "stage": "model.run", "inputs": { "model": "net", "dataset": "images" } },
            "values": { "stage": "activations.extract", "inputs": { "model": "net", "dataset": "images" } }
            """, pixels)
        let values = try workspace.open("values/activations").dataset("/relu").readTensor()
        #expect(values.shape == [2, 1, 2, 2] && values.scalars == pixels)
        #expect(try workspace.open("run/predictions").dataset("/logits").readTensor().scalars == pixels)
    }

    @Test func `training sees what bytes do not tell apart`() throws {
        // All of them are the byte 128.
        let pixels = (0..<16).flatMap { [Float](repeating: $0 % 2 == 0 ? 0.5009 : 0.5029, count: 4) }
        func weights(_ pixels: [Float]) throws -> Digest {
            let workspace = try workspace(
                """
                "images": { "stage": "dataset.load", "parameters": { "format": "arrays", "path": "." } },
                "net": {
                  "stage": "model.train", "inputs": { "dataset": "images" },
                  "parameters": { "architecture": "linear.json", "epochs": 1, "batch_size": 8 }
                }
                """, pixels)
            return try Digest.ofFile(workspace.path("runs/p/outputs/net/model.safetensors"))
        }
        #expect(try weights(pixels) != weights([Float](repeating: 0.5019, count: pixels.count)))
    }

    @Test func `the names of the format share a key`() throws {
        let names = ["arrays", "npy", "hdf5"]
        let stages = names.map { name in
            #""\#(name)": { "stage": "dataset.load", "parameters": { "format": "\#(name)", "path": "images.npy" } }"#
        }
        let workspace = try workspace(stages.joined(separator: ",\n"), [0.5, 0.25, 0, 1])
        let record = try JSONDocument(parsing: FileSystem.read(workspace.path("runs/p/run.json"))).root
        let keys = names.map { record["stages"]?[$0]?["key"]?.string }
        #expect(keys[0] != nil && Set(keys).count == 1, "\(keys)")
    }
}
