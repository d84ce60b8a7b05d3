/// A data set of a foreign HDF5 file: its elements are read when they are asked for, rows at a time.
public struct HDF5Dataset: Sendable {
    public let datatype: HDF5Datatype
    /// Lengths of the axes; none for a scalar.
    public let shape: [Int]

    private let file: HDF5Superblock
    private let storage: Storage
    private let place: ForeignBytes

    private enum Storage: Sendable {
        /// All elements in a row.
        case whole(ForeignBytes)
        case chunks(HDF5Chunks)
        /// Nothing was written: everything is zero.
        case nothing
    }

    /// Lengths of the boxes that the elements are stored in; `nil` where they lie in a row.
    public var chunk: [Int]? {
        if case .chunks(let chunks) = storage { chunks.chunk } else { nil }
    }

    /// What was done to each chunk before it was stored, in words: `shuffle`, `gzip 4`.
    public var filters: [String] {
        if case .chunks(let chunks) = storage { chunks.filters.names } else { [] }
    }

    /// Rows that are stored together; reading multiples of them from a multiple on decodes every chunk once.
    public var rowsPerChunk: Int { chunk?[0] ?? 1 }

    /// Elements in all rows.
    public var count: Int { shape.reduce(1, *) }

    init(_ header: HDF5ObjectHeader, in file: HDF5Superblock) throws(ForeignFileError) {
        guard let type = header.first(HDF5Message.datatype), let space = header.first(HDF5Message.dataspace),
            let layout = header.first(HDF5Message.layout)
        else { throw file.bytes.error(at: header.address, "a data set without type, shape or data") }
        self.file = file
        place = layout.body
        datatype = try HDF5Object.datatype(type.body, isShared: type.isShared, in: file)
        let filters = header.first(HDF5Message.filters)
        for message in [space, layout, filters] where message?.isShared == true {
            throw place.error(
                at: 0, "its description is shared with other objects, which this reader does not know",
                fix: "rewrite it with h5repack")
        }
        shape = try HDF5Dataspace(space.body, file.widths).shape
        guard header.first(HDF5Message.externalFiles) == nil else {
            throw place.error(
                at: 0, "its data are in other files, which are not opened", fix: "copy them into one file with h5repack"
            )
        }
        let elementSize = datatype.size(file.widths)
        let size = shape.reduce(1) { $0 * max($1, 1) }.multipliedReportingOverflow(by: elementSize)
        guard !size.overflow else { throw place.error(at: 0, "it is larger than any file") }
        let due = shape.contains(0) ? 0 : size.partialValue
        switch try HDF5Layout(layout.body, in: file) {
        case .compact(let bytes): storage = .whole(try bytes.part(at: 0, count: due, "a data set"))
        case .contiguous(let address?): storage = .whole(try file.bytes.part(at: address, count: due, "a data set"))
        case .contiguous(nil): storage = .nothing
        case .chunked(let kind, let address, let chunk):
            guard !chunk.isEmpty, chunk.count == shape.count, chunk.allSatisfy({ $0 > 0 }) else {
                throw place.error(at: 0, "chunks of \(chunk) for data of \(shape)")
            }
            storage = .chunks(
                try HDF5Chunks(
                    kind, at: address, shape: shape, chunk: chunk, elementSize: elementSize,
                    filters: filters.map(\.body), place: place, in: file))
        }
    }

    /// Reads the elements of some rows as floats, row by row; a scalar is one row. Booleans are 0 and 1, and what has
    /// more digits than a float is rounded.
    ///
    /// - Parameter target: of as many elements.
    /// - Throws: where the type is none of numbers, and where data are damaged.
    public func read(
        rows: Range<Int>? = nil, into target: UnsafeMutableBufferPointer<Float>
    ) throws(ForeignFileError) {
        try values(rows).read(into: target)
    }

    /// Elements of some rows as floats.
    public func floats(rows: Range<Int>? = nil) throws(ForeignFileError) -> [Float] {
        let values = try values(rows)
        var failure: ForeignFileError?
        let result = [Float](unsafeUninitializedCapacity: values.count) { target, count in
            do throws(ForeignFileError) {
                try values.read(into: UnsafeMutableBufferPointer(rebasing: target[..<values.count]))
                count = values.count
            } catch { failure = error }
        }
        if let failure { throw failure }
        return result
    }

    /// Elements of some rows as text.
    public func strings(rows: Range<Int>? = nil) throws(ForeignFileError) -> [String] { try values(rows).strings() }

    /// Elements of some rows as bytes of the file.
    public func bytes(rows: Range<Int>? = nil) throws(ForeignFileError) -> ForeignBytes { try values(rows).bytes }

    private func values(_ rows: Range<Int>?) throws(ForeignFileError) -> HDF5Values {
        let all = 0..<(shape.first ?? 1)
        let rows = rows ?? all
        precondition(all.lowerBound <= rows.lowerBound && rows.upperBound <= all.upperBound, "rows \(rows) of \(all)")
        let rowCount = shape.dropFirst().reduce(1, *)
        let rowSize = rowCount * datatype.size(file.widths)
        let size = rows.count * rowSize
        let bytes: ForeignBytes
        switch storage {
        case .whole(let whole): bytes = try whole.part(at: rows.lowerBound * rowSize, count: size, "rows")
        case .nothing, .chunks:
            // What is compressed or was never written can be larger than the file, but not without limit.
            guard size <= file.sizeLimit else {
                throw place.error(
                    at: 0,
                    "\(size) bytes are asked of a file of \(file.bytes.count), more than the \(file.sizeLimit) allowed",
                    fix: "read fewer rows at a time, or write it again without compression")
            }
            var content = [UInt8](repeating: 0, count: size)
            if case .chunks(let chunks) = storage { try chunks.read(rows, into: &content) }
            bytes = MappedFile(bytes: content, path: place.file.path, part: "data set").bytes
        }
        return HDF5Values(bytes: bytes, datatype: datatype, count: rows.count * rowCount, file: file)
    }
}
