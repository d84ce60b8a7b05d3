import CHDF5

/// Conversion between Float16 in the file and `Float` in memory.
///
/// Done here because libhdf5 1.10 rounds ties upwards and overflow to 65504, where IEEE 754 (and numpy) round ties to
/// even and overflow to infinity.
enum HalfPrecision {
    /// Elements converted at a time, so that the copy stays in the cache.
    private static let blockElements = 1 << 17

    /// Rows per block of a dataset with `rowElements` in a row.
    static func rowsPerBlock(_ rowElements: Int) -> Int { max(blockElements / max(rowElements, 1), 1) }

    static func narrowed(_ source: UnsafeBufferPointer<Float>, into target: UnsafeMutableBufferPointer<Float16>) {
        for index in source.indices { target[index] = Float16(source[index]) }
    }

    static func widened(_ source: UnsafeBufferPointer<Float16>, into target: UnsafeMutableBufferPointer<Float>) {
        for index in source.indices { target[index] = Float(source[index]) }
    }
}

extension HDF5Dataset {
    /// Whether the values are exactly Swift's `Float16`, byte for byte.
    var holdsNativeHalf: Bool {
        guard type.form == .float(bits: 16) else { return false }
        let half = HDF5ElementType.float16.fileType()
        return H5Tequal(type.handle.id, half.id) > 0
    }

    /// Writes rows of `Float` to a Float16 dataset. The caller is inside `Library.call`.
    func writeHalf(
        _ numbers: UnsafeBufferPointer<Float>, rows: Range<Int>, stored: (UnsafeRawBufferPointer) -> Void
    ) throws {
        try forBlocks(of: rows, elements: numbers.count) { block, range, half in
            HalfPrecision.narrowed(UnsafeBufferPointer(rebasing: numbers[range]), into: half)
            try writeRaw(rows: block, as: type.handle.id, from: UnsafeRawPointer(half.baseAddress))
            stored(UnsafeRawBufferPointer(half))
        }
    }

    /// Reads rows of a Float16 dataset as `Float`. The caller is inside `Library.call` and has asked `admit`.
    func readHalf(rows: Range<Int>, into numbers: UnsafeMutableBufferPointer<Float>) throws {
        try forBlocks(of: rows, elements: numbers.count) { block, range, half in
            try readRaw(rows: block, as: type.handle.id, into: UnsafeMutableRawBufferPointer(half))
            HalfPrecision.widened(UnsafeBufferPointer(half), into: UnsafeMutableBufferPointer(rebasing: numbers[range]))
        }
    }

    /// Calls `body` with rows of the dataset, where their elements stand in the caller's memory, and scratch for them.
    private func forBlocks(
        of rows: Range<Int>, elements: Int,
        _ body: (Range<Int>, Range<Int>, UnsafeMutableBufferPointer<Float16>) throws -> Void
    ) throws {
        guard elements > 0 else { return }
        let rowElements = elements / rows.count
        let rowsPerBlock = min(HalfPrecision.rowsPerBlock(rowElements), rows.count)
        let half = UnsafeMutableBufferPointer<Float16>.allocate(capacity: rowsPerBlock * rowElements)
        defer { half.deallocate() }
        for first in stride(from: rows.lowerBound, to: rows.upperBound, by: rowsPerBlock) {
            let block = first..<min(first + rowsPerBlock, rows.upperBound)
            let start = (first - rows.lowerBound) * rowElements
            let range = start..<start + block.count * rowElements
            try body(block, range, UnsafeMutableBufferPointer(rebasing: half[0..<range.count]))
        }
    }
}
