import ForeignFiles
import Tensors

/// Samples of one file of CIFAR: labels, and red, green and blue of each picture, 1,024 bytes each.
struct CIFARBatch {
    var labels: [UInt8]
    var pixels: [UInt8]

    static let shape = [3, 32, 32]

    /// How many samples a file has.
    static func count(_ file: CIFARFile, _ version: CIFARVersion) throws(DatasetError) -> Int {
        switch version.encoding {
        case .binary(let labelBytes, _):
            let recordLength = labelBytes + shape.elementCount
            guard file.size > 0, file.size % recordLength == 0 else {
                throw .brokenRecord(path: file.path, size: file.size, recordLength: recordLength)
            }
            return file.size / recordLength
        case .pickle(let labels, _): return try CIFARPickle(file).labels(labels).count
        }
    }

    /// Reads some samples of a file.
    init(_ range: Range<Int>, of file: CIFARFile, _ version: CIFARVersion, classes: Int) throws(DatasetError) {
        switch version.encoding {
        case .binary(let labelBytes, let labelIndex):
            try self.init(range, of: file, labelBytes: labelBytes, labelIndex: labelIndex, classes: classes)
        case .pickle(let key, _):
            try self.init(range, of: CIFARPickle(file), labels: key, classes: classes)
        }
    }

    private init(
        _ range: Range<Int>, of pickle: CIFARPickle, labels key: String, classes: Int
    ) throws(DatasetError) {
        labels = []
        for (record, label) in try pickle.labels(key).enumerated() where range.contains(record) {
            guard label >= 0, label < classes else {
                throw pickle.error("label \(label) of record \(record), expected 0...\(classes - 1)")
            }
            labels.append(UInt8(label))
        }
        pixels = try pickle.pixels(range, recordLength: Self.shape.elementCount)
    }

    /// Reads records, a thousand at a time so that labels can be taken out without keeping the file twice.
    private init(
        _ range: Range<Int>, of file: CIFARFile, labelBytes: Int, labelIndex: Int, classes: Int
    ) throws(DatasetError) {
        let recordLength = labelBytes + Self.shape.elementCount
        labels = []
        pixels = []
        pixels.reserveCapacity(range.count * Self.shape.elementCount)
        for start in stride(from: range.lowerBound, to: range.upperBound, by: 1000) {
            let part = start..<min(start + 1000, range.upperBound)
            let offset = start * recordLength
            let bytes = try file.bytes(offset..<part.upperBound * recordLength)
            guard bytes.count == part.count * recordLength else {
                throw .brokenRecord(path: file.path, size: offset + bytes.count, recordLength: recordLength)
            }
            for record in 0..<part.count {
                let position = record * recordLength
                let label = bytes[position + labelIndex]
                guard label < classes else {
                    throw .labelOutOfRange(
                        path: file.path, offset: offset + position + labelIndex, label: Int(label), classes: classes)
                }
                labels.append(label)
                pixels.append(contentsOf: bytes[position + labelBytes..<position + recordLength])
            }
        }
    }
}
