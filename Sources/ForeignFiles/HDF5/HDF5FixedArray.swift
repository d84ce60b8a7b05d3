/// The list of the chunks of a data set of fixed size (specification, section VII.C).
struct HDF5FixedArray {
    private let file: HDF5Superblock
    private let entries: Int
    private let entriesPerPage: Int
    private let entry: HDF5ChunkEntry
    /// `nil` where no chunk was written.
    private let block: Int?

    init(at address: Int, isFiltered: Bool, in file: HDF5Superblock) throws(ForeignFileError) {
        self.file = file
        var cursor = HDF5Cursor(file.bytes, file.widths, at: address)
        try cursor.expect("FAHD", "a fixed array")
        cursor.skip(2)
        entry = try HDF5ChunkEntry(size: cursor.byte(), isFiltered: isFiltered, file)
        let pageBits = try cursor.byte()
        guard pageBits < 32 else { throw file.bytes.error(at: address, "pages of 2^\(pageBits) entries") }
        entriesPerPage = 1 << pageBits
        entries = try cursor.length()
        block = try cursor.address()
    }

    /// The chunks that were written, by position in the grid.
    /// - Parameter bytes: of an unfiltered chunk.
    func chunks(atMost count: Int, bytes: Int) throws(ForeignFileError) -> [Int: HDF5ChunkIndex.Chunk] {
        guard let block else { return [:] }
        var cursor = HDF5Cursor(file.bytes, file.widths, at: block)
        try cursor.expect("FADB", "a block of a fixed array")
        cursor.skip(2)
        _ = try cursor.address()
        let count = min(count, entries)
        var chunks: [Int: HDF5ChunkIndex.Chunk] = [:]
        guard entries > entriesPerPage else {
            for index in 0..<count { chunks[index] = try entry.read(&cursor, bytes: bytes) }
            return chunks
        }
        // A bit for each page says whether it was written, the highest of a byte first; then a checksum. The pages stand
        // one after the other, each with a checksum behind it.
        let pages = (entries - 1) / entriesPerPage + 1
        let written = try cursor.part((pages - 1) / 8 + 1, "the pages of a fixed array")
        cursor.skip(4)
        let first = cursor.offset
        let pageSize = entriesPerPage * entry.size + 4
        for page in 0..<(count + entriesPerPage - 1) / entriesPerPage {
            guard try written.integer(UInt8.self, at: page / 8) & 0x80 >> (page % 8) != 0 else { continue }
            cursor.offset = first + page * pageSize
            for index in page * entriesPerPage..<min((page + 1) * entriesPerPage, count) {
                chunks[index] = try entry.read(&cursor, bytes: bytes)
            }
        }
        return chunks
    }
}

/// How the address of a chunk stands in the arrays that list them.
struct HDF5ChunkEntry {
    /// In bytes.
    let size: Int
    private let isFiltered: Bool

    init(size: Int, isFiltered: Bool, _ file: HDF5Superblock) throws(ForeignFileError) {
        // With filters: address, size in the file, mask of filters left out.
        let sizeWidth = size - file.widths.address - 4
        guard isFiltered ? (1...8).contains(sizeWidth) : size == file.widths.address else {
            throw file.bytes.error(at: 0, "a list of chunks with entries of \(size) bytes")
        }
        self.size = size
        self.isFiltered = isFiltered
    }

    /// - Returns: `nil` for a chunk that was never written.
    func read(_ cursor: inout HDF5Cursor, bytes: Int) throws(ForeignFileError) -> HDF5ChunkIndex.Chunk? {
        let address = try cursor.address()
        guard isFiltered else { return address.map { HDF5ChunkIndex.Chunk(address: $0, size: bytes, mask: 0) } }
        let size = try cursor.number(width: self.size - cursor.widths.address - 4)
        let mask = try cursor.word()
        return address.map { HDF5ChunkIndex.Chunk(address: $0, size: size, mask: mask) }
    }
}
