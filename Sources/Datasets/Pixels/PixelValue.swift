/// How an intensity is kept in memory.
protocol PixelValue: Sendable, BitwiseCopyable {
    /// - Parameter intensity: in [0, 1].
    init(intensity: Float)

    /// In [0, 1].
    var intensity: Float { get }

    /// 255 for full intensity.
    var byte: UInt8 { get }
}

extension UInt8: PixelValue {
    /// The nearest of 255 steps.
    init(intensity: Float) { self = UInt8(intensity * 255 + 0.5) }
    var intensity: Float { Float(self) / 255 }
    var byte: UInt8 { self }
}

extension Float: PixelValue {
    init(intensity: Float) { self = intensity }
    var intensity: Float { self }
    var byte: UInt8 { UInt8(intensity: self) }
}

extension Array where Element: PixelValue {
    /// Copies as many pixels as `target` takes, as bytes.
    func copy(from start: Int, into target: UnsafeMutableBufferPointer<UInt8>) {
        copy(from: start, into: target) { $0.byte }
    }

    /// Copies as many pixels as `target` takes, as intensities.
    func copy(from start: Int, into target: UnsafeMutableBufferPointer<Float>) {
        copy(from: start, into: target) { $0.intensity }
    }

    private func copy<Target>(
        from start: Int, into target: UnsafeMutableBufferPointer<Target>, _ convert: (Element) -> Target
    ) {
        precondition(start >= 0 && target.count <= count - start, "\(target.count) pixels at \(start) of \(count)")
        withUnsafeBufferPointer { source in
            for index in target.indices { target[index] = convert(source[start + index]) }
        }
    }
}
