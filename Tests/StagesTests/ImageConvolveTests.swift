import HDF5Files
import TestSupport
import Tensors
import Testing

/// `image.convolve` against sums written out.
@Suite struct ImageConvolveTests {
    private static func stages(_ parameters: String) -> String {
        """
        "images": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 10, "seed": 4 } },
        "points": { "stage": "activations.extract", "inputs": { "model": "identity", "dataset": "images" } },
        "identity": { "stage": "model.load", "parameters": { "architecture": "identity.json" } },
        "kernels": {
          "stage": "image.convolve", "inputs": { "dataset": "images" },
          "parameters": {
            "samples": [7, 2], \(parameters)
            "kernels": [
              { "name": "edges", "values": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]] },
              { "name": "slope", "values": [[0.5, -1.5]] }
            ]
          }
        }
        """
    }

    /// Gives the pixels themselves.
    private static let files = [
        "identity.json": """
        { "name": "identity", "input": [3, 32, 32], "layers": [ { "name": "pixels", "kind": "dropout" } ] }
        """
    ]

    /// Cross-correlation with zeros around.
    private static func convolved(
        _ image: Tensor, _ kernel: [[Float]], stride: Int, padding: (Int, Int)
    ) -> Tensor {
        let (height, width) = (image.shape[0], image.shape[1])
        let rows = (height + 2 * padding.0 - kernel.count) / stride + 1
        let columns = (width + 2 * padding.1 - kernel[0].count) / stride + 1
        var result = Tensor(shape: [rows, columns])
        for row in 0..<rows {
            for column in 0..<columns {
                for (y, line) in kernel.enumerated() {
                    for (x, weight) in line.enumerated() {
                        let (from, to) = (row * stride + y - padding.0, column * stride + x - padding.1)
                        guard 0..<height ~= from, 0..<width ~= to else { continue }
                        result[row, column] += weight * image[from, to]
                    }
                }
            }
        }
        return result
    }

    private static func pooled(_ map: Tensor, _ pool: ([Float]) -> Float) -> Tensor {
        let shape = [map.shape[0] / 2, map.shape[1] / 2]
        var result = Tensor(shape: shape)
        for row in 0..<shape[0] {
            for column in 0..<shape[1] {
                result[row, column] = pool((0..<4).map { map[2 * row + $0 / 2, 2 * column + $0 % 2] })
            }
        }
        return result
    }

    @Test func `a kernel is laid over the luminance, cut off and pooled`() throws {
        let workspace = try StageWorkspace(Self.stages(""), files: Self.files)
        let pixels = try workspace.open("points/activations").dataset("/pixels").readTensor()
        let maps = try workspace.open("kernels/maps")
        #expect(try maps.dataset("/samples").read(Int.self) == [7, 2])
        #expect(try maps.dataset("/edges/after_relu").scalePaths().first == ["/samples"])
        for (name, kernel) in [
            ("edges", [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]), ("slope", [[0.5, -1.5]]),
        ] as [(String, [[Float]])] {
            for (row, sample) in [7, 2].enumerated() {
                let image = pixels.row(sample)
                let luminance = (image.row(0) * 0.299 + image.row(1) * 0.587) + image.row(2) * 0.114
                let before = Self.convolved(luminance, kernel, stride: 1, padding: (0, 0))
                let after = before.map { max($0, 0) }
                for (step, expected) in [
                    ("before_relu", before), ("after_relu", after), ("pooled", Self.pooled(after) { $0.max()! }),
                ] {
                    let found = try maps.dataset("/\(name)/\(step)").readTensor().row(row)
                    #expect(deviation(found.row(0), from: expected).largest < 1e-5, "\(name) \(step)")
                }
            }
        }
    }

    @Test func `a kernel is laid over each channel, with stride, padding and means`() throws {
        let workspace = try StageWorkspace(
            Self.stages(#""over": "channels", "stride": 2, "padding": 2, "pool": "mean","#), files: Self.files)
        let pixels = try workspace.open("points/activations").dataset("/pixels").readTensor()
        let maps = try workspace.open("kernels/maps")
        let before = Self.convolved(pixels.row(2).row(1), [[0.5, -1.5]], stride: 2, padding: (2, 2))
        let pooled = Self.pooled(before.map { max($0, 0) }) { $0.reduce(0, +) / 4 }
        #expect(
            deviation(try maps.dataset("/slope/before_relu").readTensor().row(1).row(1), from: before).largest < 1e-5)
        #expect(deviation(try maps.dataset("/slope/pooled").readTensor().row(1).row(1), from: pooled).largest < 1e-5)
    }
}
