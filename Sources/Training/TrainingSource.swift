/// Labelled images to learn from, or to measure on.
///
/// Asked from several threads at once; the same index always gives the same pixels.
public protocol TrainingSource: Sendable {
    /// Number of samples.
    var count: Int { get }

    /// `[channels, height, width]` of every sample.
    var sampleShape: [Int] { get }

    /// Class of a sample.
    func label(_ index: Int) -> Int

    /// Writes the pixels of a sample, in [0, 1].
    func fill(_ index: Int, into pixels: UnsafeMutableBufferPointer<Float>) throws
}

/// Some samples of a source, in a given order.
public struct TrainingSubset: TrainingSource {
    private let base: any TrainingSource
    /// Positions in the whole source.
    public let indices: [Int]

    public init(_ base: any TrainingSource, indices: [Int]) {
        precondition(
            indices.allSatisfy { $0 >= 0 && $0 < base.count }, "an index lies outside the \(base.count) samples")
        self.base = base
        self.indices = indices
    }

    public var count: Int { indices.count }
    public var sampleShape: [Int] { base.sampleShape }
    public func label(_ index: Int) -> Int { base.label(indices[index]) }
    public func fill(_ index: Int, into pixels: UnsafeMutableBufferPointer<Float>) throws {
        try base.fill(indices[index], into: pixels)
    }
}
