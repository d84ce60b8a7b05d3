import Datasets
import Pipeline
import Tensors
import Training

/// A data set as something to learn from.
///
/// Small sets are decoded once and kept as bytes; larger ones are read image by image.
struct DatasetSource: TrainingSource {
    private let dataset: Dataset
    private let labels: [Int]
    private let bytes: [UInt8]?
    private let io: StageIO

    /// Bytes of decoded pixels that are kept at most.
    private static let limit = 1 << 30

    /// - Throws: ``Cancelled``, here and whenever a sample is read.
    init(_ dataset: Dataset, _ io: StageIO) throws {
        self.dataset = dataset
        self.io = io
        labels = dataset.labels ?? []
        let size = dataset.count * dataset.sampleShape.elementCount
        bytes = size <= Self.limit ? try Self.decoded(dataset, io) : nil
    }

    /// All pixels; `nil` where a picture cannot be read, which shows again when its turn comes.
    private static func decoded(_ dataset: Dataset, _ io: StageIO) throws -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(dataset.count * dataset.sampleShape.elementCount)
        for start in stride(from: 0, to: dataset.count, by: blockSize) {
            try io.checkCancelled()
            let block = Array(start..<min(start + blockSize, dataset.count))
            guard let pixels = try? dataset.bytes(at: block, threads: io.threads) else { return nil }
            bytes += pixels
        }
        return bytes
    }

    /// Pictures decoded between two looks at whether to stop.
    private static let blockSize = 256

    var count: Int { dataset.count }
    var sampleShape: [Int] { dataset.sampleShape }
    func label(_ index: Int) -> Int { labels[index] }

    func fill(_ index: Int, into pixels: UnsafeMutableBufferPointer<Float>) throws {
        try io.checkCancelled()
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
