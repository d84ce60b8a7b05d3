import HDF5Files
import TestSupport
import Tensors
import Testing

/// The parameters of `activations.extract`, against the plain extraction of the same layers.
@Suite struct ActivationsExtractTests {
    private static let shapes = """
        "images": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 30, "seed": 2 } },
        "net": { "stage": "model.load", "parameters": { "architecture": "cifar10-cnn", "seed": 1 } },
        "plain": { "stage": "activations.extract", "inputs": { "model": "net", "dataset": "images" } }
        """

    /// A stage that extracts with these parameters too.
    private static func extraction(_ name: String, _ parameters: String) -> String {
        """
        "\(name)": { "stage": "activations.extract", "inputs": { "model": "net", "dataset": "images" }, "parameters": { \(parameters) } }
        """
    }

    @Test func `maps are pooled to their mean, maximum or centre`() throws {
        let workspace = try StageWorkspace(
            [
                Self.shapes, Self.extraction("mean", #""pool": "mean""#), Self.extraction("max", #""pool": "max""#),
                Self.extraction("center", #""pool": "center""#),
            ].joined(separator: ",\n"))
        let plain = try workspace.open("plain/activations")
        // An odd and an even number of rows: 5 and 14.
        for layer in ["/block2.3", "/block1.3"] {
            let maps = try plain.dataset(layer).readTensor()
            let (side, positions) = (maps.shape[3], maps.shape[2] * maps.shape[3])
            let values = maps.scalars
            func pooled(_ pool: (ArraySlice<Float>) -> Float) -> Tensor {
                let count = maps.shape[0] * maps.shape[1]
                return Tensor(
                    shape: [maps.shape[0], maps.shape[1]],
                    (0..<count).map { pool(values[$0 * positions..<($0 + 1) * positions]) })
            }
            let expected: [(String, Tensor)] = [
                ("mean", pooled { Float($0.reduce(0.0) { $0 + Double($1) } / Double(positions)) }),
                ("max", pooled { $0.max()! }),
                ("center", pooled { $0[$0.startIndex + side / 2 * side + side / 2] }),
            ]
            for (stage, reference) in expected {
                let found = try workspace.open("\(stage)/activations").dataset(layer)
                #expect(try found.axisNames() == ["samples", "features"], "\(stage) \(layer)")
                let distance = deviation(try found.readTensor(), from: reference)
                // The same sums in the same precision.
                #expect(distance.largest == 0, "\(stage) \(layer): \(distance)")
            }
        }
        // What has no positions is not pooled.
        let vectors = try workspace.open("mean/activations").dataset("/fc_layers.4").readTensor()
        #expect(deviation(vectors, from: try plain.dataset("/fc_layers.4").readTensor()).largest == 0)
    }

    @Test func `patterns choose layers in network order, and halves are rounded once`() throws {
        let chosen = #""layers": ["fc_layers.6", "block?.3", "fc_layers.4"]"#
        let workspace = try StageWorkspace(
            [
                Self.shapes, Self.extraction("singles", chosen),
                Self.extraction("halves", chosen + #", "type": "float16", "predictions": false"#),
            ].joined(separator: ",\n"))
        let (singles, halves) = (try workspace.open("singles/activations"), try workspace.open("halves/activations"))
        let layers = ["block1.3", "block2.3", "fc_layers.4", "fc_layers.6"]
        #expect(try halves.attribute("layers") == .strings(layers))
        #expect(Set(try halves.names()) == Set(layers + ["dimensions", "labels", "sample_ids"]))
        #expect(Set(try singles.names()) == Set(layers + ["dimensions", "labels", "sample_ids", "predictions"]))
        for layer in layers {
            let dataset = try halves.dataset("/" + layer)
            #expect(dataset.elementType == .float16)
            let exact = try singles.dataset("/" + layer).readTensor()
            let rounded = Tensor(shape: exact.shape, exact.scalars.map { Float(Float16($0)) })
            #expect(deviation(try dataset.readTensor(), from: rounded).largest == 0, "\(layer)")
        }
    }

    @Test func `an extraction after the ReLU has no values below zero, before it some`() throws {
        let workspace = try StageWorkspace(Self.shapes)
        let plain = try workspace.open("plain/activations")
        let convolution = try plain.dataset("/block1.1").readTensor()
        let rectified = try plain.dataset("/block1.2").readTensor()
        #expect(convolution.scalars.contains { $0 < 0 })
        let expected = Tensor(shape: convolution.shape, convolution.scalars.map { max($0, 0) })
        #expect(deviation(rectified, from: expected).largest == 0)
    }
}
