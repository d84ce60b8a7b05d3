/// Samples in memory, any number of them unused.
struct MemorySource<Value: PixelValue>: PixelSource {
    /// The pixels of one sample after the other.
    var pixels: [Value]
    var recordLength: Int

    /// Place of each sample in `pixels`, counted in samples.
    var records: [Int]

    func read(_ sample: Int, into target: UnsafeMutableBufferPointer<UInt8>) {
        pixels.copy(from: records[sample] * recordLength, into: target)
    }

    func read(_ sample: Int, into target: UnsafeMutableBufferPointer<Float>) {
        pixels.copy(from: records[sample] * recordLength, into: target)
    }
}
