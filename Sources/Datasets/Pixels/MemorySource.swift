/// Samples in memory, any number of them unused.
struct MemorySource: PixelSource {
    /// The pixels of one sample after the other.
    var bytes: [UInt8]
    var recordLength: Int

    /// Place of each sample in `bytes`, counted in samples.
    var records: [Int]

    func read(_ sample: Int, into target: UnsafeMutableBufferPointer<UInt8>) {
        let start = records[sample] * recordLength
        bytes.withUnsafeBufferPointer { bytes in
            let pixels = bytes[start..<start + recordLength]
            precondition(target.count == pixels.count, "\(target.count) bytes for a sample of \(pixels.count)")
            _ = target.update(fromContentsOf: pixels)
        }
    }
}
