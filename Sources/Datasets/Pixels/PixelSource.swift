/// Where the pixels of samples come from. Read from several threads at once.
protocol PixelSource: Sendable {
    /// Writes the bytes of a sample, `[channels, height, width]`, 0 black, 255 full intensity.
    func read(_ sample: Int, into target: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError)

    /// Writes the intensities of a sample, `[channels, height, width]`, in [0, 1], with the digits they are stored with.
    func read(_ sample: Int, into target: UnsafeMutableBufferPointer<Float>) throws(DatasetError)
}

extension PixelSource {
    /// The bytes divided by 255: of sources that have nothing finer.
    func read(_ sample: Int, into target: UnsafeMutableBufferPointer<Float>) throws(DatasetError) {
        let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: target.count)
        defer { bytes.deallocate() }
        try read(sample, into: bytes)
        for index in bytes.indices { target[index] = bytes[index].intensity }
    }
}
