import Datasets
import Pipeline
import Tensors
import Training

/// A data set as something to learn from.
///
/// Small sets are decoded once and kept, as bytes where they are no finer; larger ones are read image by image.
struct DatasetSource: TrainingSource {
    private let dataset: Dataset
    private let labels: [Int]
    private let pixels: Pixels?
    private let io: StageIO

    private enum Pixels {
        case bytes([UInt8])
        case floats([Float])
    }

    /// Bytes of decoded pixels that are kept at most.
    private static let limit = 1 << 30

    /// - Throws: ``Cancelled``, here and whenever a sample is read.
    init(_ dataset: Dataset, _ io: StageIO) throws {
        self.dataset = dataset
        self.io = io
        labels = dataset.labels ?? []
        let count = dataset.count * dataset.sampleShape.elementCount
        pixels =
            switch dataset.description.precision {
            case .byte where count <= Self.limit:
                try Self.decoded(dataset, io) { try dataset.bytes(at: $0, threads: io.threads) }.map(Pixels.bytes)
            case .float where count <= Self.limit / MemoryLayout<Float>.size:
                try Self.decoded(dataset, io) { try dataset.images(at: $0, threads: io.threads).scalars }
                    .map(Pixels.floats)
            case .byte, .float: nil
            }
    }

    /// All pixels; `nil` where a picture cannot be read, which shows again when its turn comes.
    private static func decoded<Pixel>(
        _ dataset: Dataset, _ io: StageIO, _ read: ([Int]) throws -> [Pixel]
    ) throws -> [Pixel]? {
        var pixels: [Pixel] = []
        pixels.reserveCapacity(dataset.count * dataset.sampleShape.elementCount)
        for start in stride(from: 0, to: dataset.count, by: blockSize) {
            try io.checkCancelled()
            guard let block = try? read(Array(start..<min(start + blockSize, dataset.count))) else { return nil }
            pixels += block
        }
        return pixels
    }

    /// Pictures decoded between two looks at whether to stop.
    private static let blockSize = 256

    var count: Int { dataset.count }
    var sampleShape: [Int] { dataset.sampleShape }
    func label(_ index: Int) -> Int { labels[index] }

    func fill(_ index: Int, into target: UnsafeMutableBufferPointer<Float>) throws {
        try io.checkCancelled()
        let size = sampleShape.elementCount
        let first = index * size
        switch pixels {
        case .bytes(let bytes):
            bytes.withUnsafeBufferPointer { bytes in
                for offset in 0..<size { target[offset] = Float(bytes[first + offset]) / 255 }
            }
        case .floats(let floats):
            floats.withUnsafeBufferPointer { _ = target.update(fromContentsOf: $0[first..<first + size]) }
        case nil:
            try dataset.images(at: [index]).withUnsafeBufferPointer { _ = target.update(fromContentsOf: $0) }
        }
    }
}
