/// A sum over the stored words of rows and over their places, which shows that rows are not those that were written.
///
/// Made to notice accidents on the way, at the speed of memory; whoever means harm can get past it. Does not depend on how
/// the rows were cut into blocks.
public struct RowChecksum: Sendable, Equatable, BitwiseCopyable {
    private var count: UInt64 = 0
    private var sum: UInt64 = 0
    private var weighted: UInt64 = 0

    public init() {}

    /// Products of a word and its place in a block fit 64 bits, with room to add them up.
    private static let block = 4096

    /// Takes in the words that follow; all words of one sum have the same type, of at most 32 bits.
    mutating func add<Word: FixedWidthInteger & UnsignedInteger>(_ words: UnsafeBufferPointer<Word>) {
        var start = 0
        while start < words.count {
            let length = min(Self.block, words.count - start)
            var (blockSum, blockWeighted): (UInt64, UInt64) = (0, 0)
            for place in 0..<length {
                let word = UInt64(truncatingIfNeeded: words[start + place])
                blockSum &+= word
                blockWeighted &+= word &* UInt64(UInt32(truncatingIfNeeded: place))
            }
            sum &+= blockSum
            weighted &+= blockWeighted &+ blockSum &* count
            count &+= UInt64(length)
            start += length
        }
    }
}

extension HDF5Dataset {
    /// Takes stored bytes of whole rows into a checksum.
    func add(_ bytes: UnsafeRawBufferPointer, to checksum: inout RowChecksum) {
        switch type.byteCount {
        case 1: checksum.add(bytes.assumingMemoryBound(to: UInt8.self))
        case 2: checksum.add(bytes.assumingMemoryBound(to: UInt16.self))
        default: checksum.add(bytes.assumingMemoryBound(to: UInt32.self))
        }
    }

    /// The checksum of the first rows as they are stored, of numbers of a type that this program writes.
    /// - Parameter check: called about once for a megabyte; what it throws ends the reading.
    /// - Throws: `HDF5Error`.
    public func checksum(ofRows count: Int, check: () throws -> Void = {}) throws -> RowChecksum {
        _ = try admit(0..<count, elementBytes: type.byteCount, limit: .max)
        var checksum = RowChecksum()
        let rowBytes = rowElements * type.byteCount
        guard count > 0, rowBytes > 0 else { return checksum }
        let rowsAtOnce = min(max((1 << 20) / rowBytes, 1), count)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: rowsAtOnce * rowBytes, alignment: 64)
        defer { buffer.deallocate() }
        for first in stride(from: 0, to: count, by: rowsAtOnce) {
            try check()
            let rows = first..<min(first + rowsAtOnce, count)
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<(rows.count * rowBytes)])
            try Library.call { try readRaw(rows: rows, as: type.handle.id, into: part) }
            add(UnsafeRawBufferPointer(part), to: &checksum)
        }
        return checksum
    }
}
