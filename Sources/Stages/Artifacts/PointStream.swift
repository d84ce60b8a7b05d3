import Datasets
import HDF5Files
import Pipeline
import Tensors

/// Points that are read block by block, with what is known of their samples.
struct PointStream {
    let samples: Int
    let features: Int
    let labels: [Int]?
    let classNames: [String]
    let sampleIDs: [String]
    /// What the points are, in words: `pixels`, `features.14`.
    let origin: String
    /// The images, where the points are their pixels and nothing else.
    let images: Dataset?
    /// `[range, features]`
    let read: (Range<Int>) throws -> Tensor

    /// Streams of the same samples side by side.
    /// - Throws: `StageError` when the samples differ.
    static func joined(_ parts: [PointStream]) throws -> PointStream {
        let first = parts[0]
        guard parts.count > 1 else { return first }
        for part in parts where part.sampleIDs != first.sampleIDs {
            throw StageError(
                "\(part.origin) is not of the same samples as \(first.origin)",
                fix: "connect what was made of the same samples in the same order, or set 'limit'",
                place: "input 'points'")
        }
        let labelled = parts.first { $0.labels != nil }
        let features = parts.reduce(0) { $0 + $1.features }
        return PointStream(
            samples: first.samples, features: features, labels: labelled?.labels,
            classNames: labelled?.classNames ?? [], sampleIDs: first.sampleIDs,
            origin: parts.map(\.origin).joined(separator: " + "), images: nil
        ) { range in
            let blocks = try parts.map { try $0.read(range) }
            return Tensor(uninitialized: [range.count, features]) { target in
                var start = 0
                for (part, block) in zip(parts, blocks) {
                    block.withUnsafeBufferPointer { source in
                        for row in 0..<range.count {
                            (target.baseAddress! + row * features + start).update(
                                from: source.baseAddress! + row * part.features, count: part.features)
                        }
                    }
                    start += part.features
                }
            }
        }
    }

    /// Reads all rows in blocks whose height follows from the features alone.
    func forEachBlock(_ io: StageIO, _ body: (Range<Int>, Tensor) throws -> Void) throws {
        // Some 16 MB, and whole tiles of the matrix products to come where rows are short enough.
        let height = max(1, (4 << 20) / features)
        let tiled = height >= 256 ? min(height / 256 * 256, 8192) : height
        for start in stride(from: 0, to: samples, by: tiled) {
            try io.checkCancelled()
            let range = start..<min(start + tiled, samples)
            try body(range, read(range))
        }
    }

    /// All of it in memory.
    func collected(_ io: StageIO) throws -> PointSource.Points {
        let values = try Tensor(uninitialized: [samples, features]) { target in
            try forEachBlock(io) { range, block in
                block.withUnsafeBufferPointer {
                    (target.baseAddress! + range.lowerBound * features).update(from: $0.baseAddress!, count: $0.count)
                }
            }
        }
        return points(values)
    }

    /// Other numbers of the same samples.
    func points(_ values: Tensor) -> PointSource.Points {
        PointSource.Points(
            values: values, labels: labels, classNames: classNames, sampleIDs: sampleIDs, origin: origin,
            images: images)
    }
}
