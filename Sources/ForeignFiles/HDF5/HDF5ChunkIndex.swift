/// Where each chunk of a data set is stored.
struct HDF5ChunkIndex: Sendable {
    /// How the file lists its chunks.
    enum Kind {
        case tree
        /// `size` where the chunk is filtered.
        case single(size: Int?, mask: Int)
        case implicit
        case fixedArray
    }

    struct Chunk: Sendable {
        var address: Int
        /// Bytes in the file.
        var size: Int
        /// A bit set for each filter that was left out.
        var mask: Int
    }

    private enum Listing: Sendable {
        case table([Int: Chunk])
        /// One after the other, all there.
        case sequence(address: Int, size: Int)
    }

    /// How many chunks lie along each axis.
    let grid: [Int]
    private let listing: Listing

    /// - Parameters:
    ///   - shape: of the data set; it has an axis at least.
    ///   - chunk: lengths of a chunk, above zero.
    ///   - bytes: of an unfiltered chunk.
    init(
        _ kind: Kind, at address: Int?, shape: [Int], chunk: [Int], bytes: Int, isFiltered: Bool,
        in file: HDF5Superblock
    ) throws(ForeignFileError) {
        let grid = zip(shape, chunk).map { $0 / $1 + ($0 % $1 == 0 ? 0 : 1) }
        self.grid = grid
        // Counting cannot overflow: there are no more chunks than elements.
        let count = grid.reduce(1, *)
        switch (kind, address) {
        case (_, nil): listing = .table([:])
        case (.single(let size, let mask), let address?):
            listing = .table([0: Chunk(address: address, size: size ?? bytes, mask: mask)])
        case (.implicit, let address?):
            let (size, isTooLarge) = count.multipliedReportingOverflow(by: bytes)
            guard !isTooLarge else { throw file.bytes.error(at: address, "chunks that are larger than any file") }
            _ = try file.bytes.part(at: address, count: size, "the chunks")
            listing = .sequence(address: address, size: bytes)
        case (.fixedArray, let address?):
            let array = try HDF5FixedArray(at: address, isFiltered: isFiltered, in: file)
            listing = .table(try array.chunks(atMost: count, bytes: bytes))
        case (.tree, let address?): listing = .table(try Self.treeChunks(at: address, grid, chunk, file))
        }
    }

    /// A chunk by its position in the grid, row by row; `nil` where it was never written.
    func chunk(_ number: Int) -> Chunk? {
        switch listing {
        case .table(let chunks): chunks[number]
        case .sequence(let address, let size): Chunk(address: address + number * size, size: size, mask: 0)
        }
    }

    private static func treeChunks(
        at address: Int, _ grid: [Int], _ chunk: [Int], _ file: HDF5Superblock
    ) throws(ForeignFileError) -> [Int: Chunk] {
        var chunks: [Int: Chunk] = [:]
        try HDF5Tree.leaves(of: address, kind: 1, rank: grid.count + 1, in: file) {
            (child, key) throws(ForeignFileError) in
            var cursor = HDF5Cursor(key, file.widths)
            let size = try cursor.word()
            let mask = try cursor.word()
            var index = 0
            for (axis, length) in chunk.enumerated() {
                let place = try cursor.number(width: 8)
                // Chunks outside remain in the file when a data set was made smaller.
                guard place % length == 0, place / length < grid[axis] else { return }
                index = index * grid[axis] + place / length
            }
            chunks[index] = Chunk(address: child, size: size, mask: mask)
        }
        return chunks
    }
}
