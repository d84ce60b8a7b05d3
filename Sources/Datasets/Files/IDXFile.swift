/// A file in the IDX format of MNIST: a big-endian header, then unsigned bytes, plain or compressed by gzip.
///
/// The header has the magic number 2051 (images: number, rows, columns) or 2049 (labels: number), each number in four
/// bytes. Source: LeCun, Cortes & Burges, "The MNIST database of handwritten digits".
package struct IDXFile {
    package typealias Kind = DatasetError.IDXKind

    let kind: Kind

    /// `[images, rows, columns]` or `[labels]`.
    package let shape: [Int]

    private let stream: ByteStream

    /// What a file's first bytes say it holds; `nil` where they say something else.
    package static func kind(ofFile path: String) -> Kind? {
        guard let start = try? ByteStream(path: path).read(4) else { return nil }
        return [Kind.images, .labels].first { $0.magic == start }
    }

    /// Reads and checks the header. Of a file that is not compressed, this also checks the length.
    package init(path: String, kind: Kind) throws(DatasetError) {
        self.kind = kind
        stream = try ByteStream(path: path)
        let header = try stream.read(4 + 4 * kind.rank)
        if header.count >= 4, Array(header[0..<4]) != kind.magic {
            throw .wrongMagic(path: path, found: Array(header[0..<4]), expected: kind)
        }
        guard header.count == 4 + 4 * kind.rank else {
            throw .truncated(
                path: path, size: header.count, expected: 4 + 4 * kind.rank, contents: "headers of IDX \(kind.noun)")
        }
        shape = (0..<kind.rank).map { Self.number(header, at: 4 + 4 * $0) }
        if let empty = shape.firstIndex(of: 0) { throw .emptyAxis(path: path, offset: 4 + 4 * empty, kind: kind) }

        var size = header.count
        var isTooLarge = false
        var elements = 1
        for length in shape {
            let product = elements.multipliedReportingOverflow(by: length)
            (elements, isTooLarge) = (product.partialValue, isTooLarge || product.overflow)
        }
        let sum = size.addingReportingOverflow(elements)
        (size, isTooLarge) = (sum.partialValue, isTooLarge || sum.overflow)
        if isTooLarge || (stream.isCompressed && size > stream.largestSize) {
            throw .implausibleHeader(path: path, offset: 4, contents: contents, largestSize: stream.largestSize)
        }
        if !stream.isCompressed {
            if stream.largestSize < size {
                throw .truncated(path: path, size: stream.largestSize, expected: size, contents: contents)
            }
            if stream.largestSize > size { throw .trailingBytes(path: path, expected: size, contents: contents) }
        }
    }

    var path: String { stream.path }

    /// Bytes of one image, 1 for labels.
    var recordLength: Int { shape.dropFirst().reduce(1, *) }

    /// What the header promises, in words.
    private var contents: String {
        kind == .images ? "\(shape[0]) images of \(shape[1])×\(shape[2])" : "\(shape[0]) labels"
    }

    /// The bytes of records, read once from front to back. When the last record is among them, that nothing follows
    /// (and, compressed, that the checksum is right) is checked too.
    ///
    /// - Parameter runs: of records, ascending and apart; the others are passed over.
    consuming func records(_ runs: [Range<Int>]) throws(DatasetError) -> [UInt8] {
        let start = stream.position
        let size = start + shape[0] * recordLength
        var bytes: [UInt8] = []
        var record = 0
        for run in runs {
            _ = try stream.skip((run.lowerBound - record) * recordLength)
            let wanted = run.count * recordLength
            let part = try stream.read(wanted)
            guard part.count == wanted else {
                throw .truncated(path: path, size: stream.position, expected: size, contents: contents)
            }
            // All of a file is one run, and not to be copied.
            if bytes.isEmpty { bytes = part } else { bytes += part }
            record = run.upperBound
        }
        if record == shape[0], try !stream.isAtEnd() {
            throw .trailingBytes(path: path, expected: size, contents: contents)
        }
        return bytes
    }

    private static func number(_ bytes: [UInt8], at offset: Int) -> Int {
        bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    }
}
