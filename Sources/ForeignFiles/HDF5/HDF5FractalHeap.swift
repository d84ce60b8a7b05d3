/// Where groups of many links and objects of many attributes keep them (specification, section III.G).
///
/// A heap is one run of numbered bytes in blocks that double from row to row of a table; an identifier tells where in the
/// run an object stands. Objects of unusual sizes, which are stored apart, and packed heaps are refused by name.
struct HDF5FractalHeap {
    private let file: HDF5Superblock
    /// Blocks in a row.
    private let width: Int
    /// Bytes of the blocks of the first row, as a power of two; of the largest that hold objects; of the whole run.
    private let (firstBits, largestBits, runBits): (Int, Int, Int)
    private let hasChecksums: Bool
    /// `nil` for a heap without objects.
    private let root: Int?
    /// Rows of the table at the root; without any, the root is a block of objects.
    private let rows: Int

    init(at address: Int, in file: HDF5Superblock) throws(ForeignFileError) {
        self.file = file
        var cursor = HDF5Cursor(file.bytes, file.widths, at: address)
        try cursor.expect("FRHP", "a fractal heap")
        // Version, length of identifiers.
        cursor.skip(3)
        guard try cursor.short() == 0 else {
            throw file.bytes.error(at: address, "a fractal heap is packed", fix: "rewrite it with h5repack --high=0")
        }
        hasChecksums = try cursor.byte() & 2 != 0
        // Largest object; huge objects, free space, counts of bytes and objects.
        cursor.skip(4 + 10 * file.widths.length + 2 * file.widths.address)
        width = try cursor.short()
        let (first, largest) = (try cursor.length(), try cursor.length())
        (firstBits, largestBits, runBits) = (
            first.trailingZeroBitCount, largest.trailingZeroBitCount, try cursor.short()
        )
        // Rows at the start.
        cursor.skip(2)
        root = try cursor.address()
        rows = try cursor.short()
        guard first.nonzeroBitCount == 1, largest.nonzeroBitCount == 1, first <= largest, largestBits <= 32,
            width.nonzeroBitCount == 1, (8...62).contains(runBits), rows <= 64
        else { throw file.bytes.error(at: address, "a fractal heap in blocks of \(first) to \(largest) bytes") }
    }

    /// The bytes of an object.
    func object(_ identifier: ForeignBytes) throws(ForeignFileError) -> ForeignBytes {
        var cursor = HDF5Cursor(identifier, file.widths)
        let kind = try cursor.byte() >> 4
        guard kind == 0 else {
            throw identifier.error(
                at: 0, "a link or an attribute is stored apart from its heap, which this reader does not know",
                fix: "rewrite it with h5repack --high=0")
        }
        let offset = try cursor.number(width: (runBits + 7) / 8)
        let count = try cursor.number(width: min(cursor.remaining, 8))
        let (block, start) = try self.block(at: offset)
        let content = try file.bytes.part(at: block.address, count: block.size, "a block of a fractal heap")
        guard offset - start >= headSize("FHDB") else { throw identifier.error(at: 0, "an object without a place") }
        return try content.part(at: offset - start, count: count, "an object of a fractal heap")
    }

    private struct Block {
        let address: Int
        let size: Int
    }

    /// Bytes before the content of a block: signature, version, heap, place in the run; of objects also a checksum.
    private func headSize(_ signature: String) -> Int {
        5 + file.widths.address + (runBits + 7) / 8 + (signature == "FHDB" && hasChecksums ? 4 : 0)
    }

    /// The block of objects that a byte of the run is in, and where that begins in the run.
    private func block(at offset: Int) throws(ForeignFileError) -> (Block, start: Int) {
        guard var table = root else { throw file.bytes.error(at: 0, "an object of an empty heap") }
        guard rows > 0 else { return (try objects(table, size: 1 << firstBits), 0) }
        var (rows, start) = (rows, 0)
        // Tables within tables shrink, so this ends.
        while true {
            let rest = offset - start
            let rowBits = firstBits + width.trailingZeroBitCount
            let row = rest >> rowBits == 0 ? 0 : Int.bitWidth - (rest >> rowBits).leadingZeroBitCount
            guard row < rows else { throw file.bytes.error(at: table, "an object behind the end of its heap") }
            let sizeBits = firstBits + max(0, row - 1)
            let rowStart = row == 0 ? 0 : 1 << (rowBits + row - 1)
            let column = (rest - rowStart) >> sizeBits
            start += rowStart + column << sizeBits
            let child = try self.child(row * width + column, of: table)
            if sizeBits <= largestBits { return (try objects(child, size: 1 << sizeBits), start) }
            table = child
            rows = sizeBits - rowBits + 1
        }
    }

    /// The address of a block that a table lists.
    private func child(_ index: Int, of table: Int) throws(ForeignFileError) -> Int {
        var cursor = HDF5Cursor(file.bytes, file.widths, at: table)
        try cursor.expect("FHIB", "a table of a fractal heap")
        cursor.offset = table
        cursor.skip(headSize("FHIB") + index * file.widths.address)
        guard let address = try cursor.address() else {
            throw file.bytes.error(at: table, "an object in a block that is not there")
        }
        return address
    }

    private func objects(_ address: Int, size: Int) throws(ForeignFileError) -> Block {
        var cursor = HDF5Cursor(file.bytes, file.widths, at: address)
        try cursor.expect("FHDB", "a block of a fractal heap")
        return Block(address: address, size: size)
    }
}
