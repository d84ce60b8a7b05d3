/// A data set that is stored in boxes of equal size.
struct HDF5Chunks: Sendable {
    let shape: [Int]
    /// Lengths of a chunk along the axes.
    let chunk: [Int]
    let elementSize: Int

    private let index: HDF5ChunkIndex
    let filters: HDF5Filters
    private let file: HDF5Superblock
    /// Bytes of a chunk.
    private let size: Int

    /// - Parameters:
    ///   - shape: has an axis at least; `chunk` has as many, of lengths above zero.
    ///   - filters: the message that lists them, where there are any.
    init(
        _ kind: HDF5ChunkIndex.Kind, at address: Int?, shape: [Int], chunk: [Int], elementSize: Int,
        filters: ForeignBytes?, place: ForeignBytes, in file: HDF5Superblock
    ) throws(ForeignFileError) {
        self.shape = shape
        self.chunk = chunk
        self.elementSize = elementSize
        self.file = file
        self.filters = if let filters { try HDF5Filters(filters) } else { .none }
        var size = elementSize
        for length in chunk {
            let (product, isTooLarge) = size.multipliedReportingOverflow(by: length)
            guard !isTooLarge, product <= file.sizeLimit else {
                throw place.error(
                    at: 0, "chunks of \(chunk) elements, which a file of \(file.bytes.count) bytes cannot hold")
            }
            size = product
        }
        self.size = size
        index = try HDF5ChunkIndex(
            kind, at: address, shape: shape, chunk: chunk, bytes: size, isFiltered: !self.filters.isEmpty, in: file)
    }

    /// Reads rows into bytes that are zero, which they stay where no chunk was written.
    func read(_ rows: Range<Int>, into result: inout [UInt8]) throws(ForeignFileError) {
        guard !rows.isEmpty, !index.grid.contains(0) else { return }
        let perRow = index.grid.dropFirst().reduce(1, *)
        let first = rows.lowerBound / chunk[0] * perRow
        let last = ((rows.upperBound - 1) / chunk[0] + 1) * perRow
        // Chunks of an honest file do not overlap.
        var bytesLeft = file.bytes.count
        for number in first..<last {
            guard let found = index.chunk(number) else { continue }
            let stored = try file.bytes.part(at: found.address, count: found.size, "a chunk")
            bytesLeft -= stored.count
            guard bytesLeft >= 0 else { throw stored.error(at: 0, "chunks that overlap") }
            let content = try filters.undo(stored, mask: found.mask, count: size)
            copy(content, chunkAt: position(number), rows, into: &result)
        }
    }

    /// The place of a chunk in the grid.
    private func position(_ number: Int) -> [Int] {
        var rest = number
        var position = [Int](repeating: 0, count: index.grid.count)
        for axis in position.indices.reversed() {
            (rest, position[axis]) = rest.quotientAndRemainder(dividingBy: index.grid[axis])
        }
        return position
    }

    /// Copies what of a chunk lies in the rows, a run along the last axis at a time.
    private func copy(_ content: [UInt8], chunkAt position: [Int], _ rows: Range<Int>, into result: inout [UInt8]) {
        // From and to which element of the chunk, along each axis.
        var lower: [Int] = []
        var upper: [Int] = []
        for axis in shape.indices {
            let start = position[axis] * chunk[axis]
            let wanted = axis == 0 ? rows : 0..<shape[axis]
            lower.append(max(wanted.lowerBound - start, 0))
            upper.append(min(wanted.upperBound - start, chunk[axis]))
        }
        guard zip(lower, upper).allSatisfy({ $0 < $1 }) else { return }
        let lastAxis = shape.count - 1
        let run = (upper[lastAxis] - lower[lastAxis]) * elementSize
        var element = lower
        while true {
            var (source, target) = (0, 0)
            for axis in shape.indices {
                source = source * chunk[axis] + element[axis]
                let place = position[axis] * chunk[axis] + element[axis] - (axis == 0 ? rows.lowerBound : 0)
                target = target * (axis == 0 ? rows.count : shape[axis]) + place
            }
            result.withUnsafeMutableBytes { result in
                content.withUnsafeBytes { content in
                    UnsafeMutableRawBufferPointer(rebasing: result[(target * elementSize)...].prefix(run))
                        .copyMemory(
                            from: UnsafeRawBufferPointer(rebasing: content[(source * elementSize)...].prefix(run)))
                }
            }
            // The next run: an odometer over all axes but the last.
            var axis = lastAxis - 1
            while axis >= 0 {
                element[axis] += 1
                if element[axis] < upper[axis] { break }
                element[axis] = lower[axis]
                axis -= 1
            }
            if axis < 0 { return }
        }
    }
}
