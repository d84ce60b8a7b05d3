import Tensors

/// What a block of samples gives, until it is written.
final class ExtractionBuffers: Sendable {
    /// In the order of the layers.
    let layers: [RowBuffer<Float>]
    /// The class of each sample, where the network tells classes.
    let predicted: RowBuffer<Float>

    private let sources: [ExtractedLayer]
    private let places: [Int: Int]

    init(_ sources: [ExtractedLayer], rows: Int) {
        self.sources = sources
        layers = sources.map { RowBuffer<Float>(rows: rows, rowCount: $0.shape.elementCount) }
        predicted = RowBuffer<Float>(rows: rows, rowCount: 1)
        places = Dictionary(uniqueKeysWithValues: sources.enumerated().map { ($1.node, $0) })
    }

    /// Keeps a node's values for some rows of the block, if the node is one of the layers.
    func keep(_ values: UnsafeMutableBufferPointer<Float>, of node: Int, _ rows: Range<Int>) {
        guard let place = places[node] else { return }
        sources[place].store(values.baseAddress!, rows, into: layers[place])
    }

    /// Keeps the class with the highest score of each row.
    func keepBest(of values: UnsafeMutableBufferPointer<Float>, _ rows: Range<Int>, classes: Int) {
        for (index, row) in rows.enumerated() {
            let scores = UnsafeBufferPointer(rebasing: values[index * classes..<(index + 1) * classes])
            predicted.row(row)[0] = Float(scores.indices.max { scores[$0] < scores[$1] }!)
        }
    }
}
