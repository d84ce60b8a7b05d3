/// An array of numbers in an NPY file, versions 1 to 3; its elements are read when they are asked for, rows at a time.
///
/// Source: NumPy, `numpy.lib.format`, "NPY format".
public struct NPYArray: Sendable {
    public let type: NumPyType
    /// Lengths of the axes; none for a scalar.
    public let shape: [Int]
    /// Whether the first axis is the one whose neighbours lie side by side.
    private let isColumnMajor: Bool
    private let data: ForeignBytes

    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    /// Whether the bytes begin as an NPY file does.
    public static func isNPY(_ bytes: ForeignBytes) -> Bool { bytes.hasBytes(magic) }

    /// Reads and checks the header.
    /// - Throws: `ForeignFileError` where it is damaged or does not fit the size of the file, and for arrays of anything
    ///   but numbers: pickled Python objects are never read.
    public init(_ bytes: ForeignBytes) throws(ForeignFileError) {
        guard Self.isNPY(bytes) else { throw bytes.error(at: 0, "is no NPY file") }
        let version = try bytes.integer(UInt8.self, at: 6)
        guard (1...3).contains(version) else {
            throw bytes.error(at: 6, "is of version \(version) of the NPY format", fix: "write version 1, 2 or 3")
        }
        let start = version == 1 ? 10 : 12
        let length =
            version == 1
            ? Int(try bytes.integer(UInt16.self, at: 8)) : Int(try bytes.integer(UInt32.self, at: 8))
        let header = try NPYHeader(try bytes.part(at: start, count: length, "the header"))
        guard !header.type.hasSuffix("O") else {
            throw bytes.error(
                at: start, "holds pickled Python objects, which are never read",
                fix: "save an array of numbers: np.save(file, array.astype('float32'), allow_pickle=False)")
        }
        guard let type = NumPyType(header.type) else {
            throw bytes.error(
                at: start, "has elements of the type '\(header.type.prefix(40))'", fix: "save integers or floats")
        }
        guard !header.shape.contains(0) else {
            throw bytes.error(
                at: start, "has the shape \(header.shape), so no elements", fix: "save at least one element")
        }
        var size = (partialValue: type.size, overflow: false)
        for length in header.shape where !size.overflow {
            size = size.partialValue.multipliedReportingOverflow(by: length)
        }
        let begin = start + length
        guard !size.overflow, size.partialValue == bytes.count - begin else {
            throw bytes.error(
                at: begin,
                "the header promises the shape \(header.shape) of '\(header.type)', but "
                    + "\(bytes.count - begin) bytes follow")
        }
        self.type = type
        shape = header.shape
        isColumnMajor = header.isColumnMajor
        data = try bytes.part(at: begin, count: size.partialValue, "the elements")
    }

    /// Elements of some rows as floats, row by row; a scalar is one row.
    public func floats(rows: Range<Int>) throws(ForeignFileError) -> [Float] {
        let all = 0..<(shape.first ?? 1)
        precondition(all.lowerBound <= rows.lowerBound && rows.upperBound <= all.upperBound, "rows \(rows) of \(all)")
        let rowCount = shape.dropFirst().reduce(1, *)
        if isColumnMajor, shape.count > 1 { return gathered(rows, rowCount) }
        let byteCount = rows.count * rowCount * type.size
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 8)
        defer { memory.deallocate() }
        try data.file.read(at: data.range.lowerBound + rows.lowerBound * rowCount * type.size, into: memory)
        let bytes = UnsafeRawBufferPointer(memory)
        return (0..<rows.count * rowCount).map { type.float(at: $0, of: bytes) }
    }

    /// Rows of an array whose rows are scattered.
    private func gathered(_ rows: Range<Int>, _ rowCount: Int) -> [Float] {
        let lengths = Array(shape.dropFirst())
        return data.withUnsafeBytes { bytes in
            rows.flatMap { row in
                (0..<rowCount).map { element in
                    // The place along the last axis is the rest by its length, and so on to the front.
                    var rest = element
                    var (offset, stride) = (row, shape[0] * rowCount)
                    for length in lengths.reversed() {
                        stride /= length
                        offset += rest % length * stride
                        rest /= length
                    }
                    return type.float(at: offset, of: bytes)
                }
            }
        }
    }
}
