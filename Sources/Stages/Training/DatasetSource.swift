import Datasets
import Synchronization
import Tensors
import Training

/// A data set as something to learn from.
///
/// Small sets are decoded once and kept as bytes; larger ones are read image by image.
struct DatasetSource: TrainingSource {
    private let dataset: Dataset
    private let labels: [Int]
    private let bytes: [UInt8]?

    /// Bytes of decoded pixels that are kept at most.
    private static let limit = 1 << 30

    init(_ dataset: Dataset) {
        self.dataset = dataset
        labels = dataset.labels ?? []
        let size = dataset.count * dataset.sampleShape.elementCount
        bytes = size <= Self.limit ? try? dataset.bytes(at: Array(0..<dataset.count), threads: 1) : nil
    }

    var count: Int { dataset.count }
    var sampleShape: [Int] { dataset.sampleShape }
    func label(_ index: Int) -> Int { labels[index] }

    func fill(_ index: Int, into pixels: UnsafeMutableBufferPointer<Float>) throws {
        let size = sampleShape.elementCount
        if let bytes {
            bytes.withUnsafeBufferPointer { source in
                let first = index * size
                for offset in 0..<size { pixels[offset] = Float(source[first + offset]) / 255 }
            }
        } else {
            try dataset.images(at: [index]).withUnsafeBufferPointer { _ = pixels.update(fromContentsOf: $0) }
        }
    }
}
