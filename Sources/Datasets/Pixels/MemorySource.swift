/// Samples as equal records in memory, any number of them unused.
struct MemorySource: PixelSource {
    /// Whole records.
    var bytes: [UInt8]
    var recordLength: Int

    /// Where the pixels begin in a record; they go on to its end.
    var pixelOffset = 0

    /// Record of each sample.
    var records: [Int]

    func read(_ sample: Int, into target: UnsafeMutableBufferPointer<UInt8>) {
        let start = records[sample] * recordLength
        bytes.withUnsafeBufferPointer { bytes in
            let pixels = bytes[start + pixelOffset..<start + recordLength]
            precondition(target.count == pixels.count, "\(target.count) bytes for a sample of \(pixels.count)")
            _ = target.update(fromContentsOf: pixels)
        }
    }
}
