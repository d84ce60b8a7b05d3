import HDF5Files
import NeuralNetwork
import Tensors

/// A layer whose activations are written.
struct ExtractedLayer: Sendable {
    let node: Int
    let layer: LayerOfActivations
    /// Of one sample as the network gives it.
    let layerShape: [Int]
    let pool: ActivationsExtractStage.Pooling

    init(_ node: Int, of network: Network, pool: ActivationsExtractStage.Pooling) {
        self.node = node
        self.pool = pool
        layer = LayerOfActivations(network.nodes[node])
        layerShape = network.shapes[node]
    }

    var name: String { layer.name }

    /// Of one sample as it is stored.
    var shape: [Int] { Self.shape(layerShape, pool) }

    static func shape(_ layer: [Int], _ pool: ActivationsExtractStage.Pooling) -> [Int] {
        pool == .none || layer.count == 1 ? layer : [layer[0]]
    }

    var axes: [String] {
        shape.count == 3 ? ["samples", "channels", "height", "width"] : ["samples", "features"]
    }

    /// Whole samples of about 256 KB: small enough to read one image, large enough to read all.
    var rowsPerChunk: Int { max(1, min(1024, (256 << 10) / (shape.elementCount * 4))) }

    /// Writes what is stored of some samples into their rows.
    func store(_ values: UnsafePointer<Float>, _ rows: Range<Int>, into buffer: RowBuffer<Float>) {
        guard pool != .none, layerShape.count == 3 else { return buffer.set(rows, values) }
        let positions = layerShape[1] * layerShape[2]
        let center = layerShape[1] / 2 * layerShape[2] + layerShape[2] / 2
        for (index, row) in rows.enumerated() {
            let target = buffer.row(row)
            for channel in 0..<layerShape[0] {
                let map = UnsafeBufferPointer(
                    start: values + (index * layerShape[0] + channel) * positions, count: positions)
                target[channel] =
                    switch pool {
                    case .mean: Float(map.reduce(0.0) { $0 + Double($1) } / Double(positions))
                    case .max: map.max()!
                    default: map[center]
                    }
            }
        }
    }
}
