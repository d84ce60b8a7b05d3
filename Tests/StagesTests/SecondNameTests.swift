import HDF5Files
import TestSupport
import Tensors
import Testing

/// A layer's second name, as `block3_conv1` of VGG-16, in every parameter that names a layer.
@Suite struct SecondNameTests {
    private static let network = """
        { "name": "n", "input": [3, 32, 32], "layers": [
          { "name": "a", "alias": "first", "kind": "convolution", "in_channels": 3, "out_channels": 2, "kernel": 3, "stride": 8 },
          { "name": "b", "kind": "relu" } ] }
        """

    /// A stage that names the layer by its first name, and the same stage by its second.
    private static func both(_ name: String, _ stage: String, _ inputs: String, _ parameters: String) -> String {
        ["a", "first"].map { layer in
            """
            "\(name)-\(layer)": { "stage": "\(stage)", "inputs": { \(inputs) },
              "parameters": { \(parameters.replacing("LAYER", with: layer)) } }
            """
        }.joined(separator: ",\n")
    }

    @Test func `both names mean the same`() throws {
        let reading = #""model": "net", "dataset": "images""#
        let workspace = try StageWorkspace(
            [
                #""images": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 30, "seed": 2 } }"#,
                #""net": { "stage": "model.load", "parameters": { "architecture": "n.json" } }"#,
                Self.both("extract", "activations.extract", reading, #""layers": ["LAYER", "b"]"#),
                Self.both("maps", "activations.maps", reading, #""layers": ["LAYER"], "samples": [1]"#),
                Self.both("pca", "reduce.pca", #""points": "extract-a""#, #""layer": "LAYER", "dimensions": 2"#),
                Self.both("dream", "filters.maximize", #""model": "net""#, #""layer": "LAYER", "iterations": 3"#),
                Self.both("show", "filters.show", #""model": "net""#, #""layers": ["LAYER"]"#),
                Self.both("rank", "circuit.rank", #""model": "net""#, #""layer": "LAYER", "filter": 1"#),
            ].joined(separator: ",\n"), files: ["n.json": Self.network])
        for (output, path) in [
            ("extract-/activations", "/a"), ("maps-/maps", "/a"), ("pca-/embedding", "/embedding"),
            ("dream-/images", "/image"), ("show-/filters", "/a"), ("rank-/rank", "/kernel"),
        ] {
            let values = try ["a", "first"].map { layer in
                try workspace.open(output.replacing("-", with: "-\(layer)")).dataset(path).readTensor()
            }
            #expect(values[0] == values[1], "\(output)")
        }
        let file = try workspace.open("extract-a/activations")
        #expect(try file.attribute("alias", of: "/a") == .string("first"))
        #expect(try file.attribute("alias", of: "/b") == nil)
    }
}
