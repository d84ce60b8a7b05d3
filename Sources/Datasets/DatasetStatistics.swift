import Synchronization
import Tensors

/// What the samples of a data set are like, on the whole.
public struct DatasetStatistics: Sendable, Equatable {
    /// Samples of each class; empty without labels.
    public let classCounts: [Int]

    /// How often each byte value occurs in each channel: `[channels][256]`. Finer intensities are rounded to bytes.
    public let histograms: [[Int]]

    /// Mean of each channel over all pixels of all samples, in [0, 1].
    public var channelMeans: [Double] { histograms.map { Self.moments(of: $0).mean } }

    /// Standard deviation of each channel over all pixels of all samples (divided by their number), in [0, 0.5].
    public var channelStandardDeviations: [Double] {
        histograms.map { Self.moments(of: $0).variance.squareRoot() }
    }

    /// From whole numbers, so exact but for the last division.
    private static func moments(of histogram: [Int]) -> (mean: Double, variance: Double) {
        let count = Double(histogram.reduce(0, +))
        let sum = Double(histogram.enumerated().reduce(0) { $0 + $1.offset * $1.element })
        let squares = Double(histogram.enumerated().reduce(0) { $0 + $1.offset * $1.offset * $1.element })
        let mean = sum / count
        return (mean / 255, max(squares / count - mean * mean, 0) / (255 * 255))
    }
}

extension Dataset {
    /// Counts classes and pixel values. Exact and the same for any number of threads, because only counts are summed.
    ///
    /// - Parameter progress: Told after each piece how many samples are done; may throw to stop.
    /// - Complexity: O(pixels); memory for one sample per thread.
    public func statistics(
        threads: Int = 1, progress: (_ done: Int) throws -> Void = { _ in }
    ) throws -> DatasetStatistics {
        let (channels, plane) = (sampleShape[0], sampleShape[1] * sampleShape[2])
        var totals = [[Int]](repeating: [Int](repeating: 0, count: 256), count: channels)
        let pieceLength = 64
        let stretch = pieceLength * max(threads, 1)
        for start in stride(from: 0, to: count, by: stretch) {
            let end = min(start + stretch, count)
            let sums = Mutex(totals)
            try parallelForThrowing((end - start + pieceLength - 1) / pieceLength, threads: threads) { piece in
                let first = start + piece * pieceLength
                let counts = try histograms(of: first..<min(first + pieceLength, end), plane: plane)
                sums.withLock { sums in
                    for channel in sums.indices {
                        for value in 0..<256 { sums[channel][value] += counts[channel][value] }
                    }
                }
            }
            totals = sums.withLock { $0 }
            try progress(end)
        }
        var classCounts = [Int](repeating: 0, count: labels == nil ? 0 : classNames.count)
        for label in labels ?? [] { classCounts[label] += 1 }
        return DatasetStatistics(classCounts: classCounts, histograms: totals)
    }

    private func histograms(of range: Range<Int>, plane: Int) throws(DatasetError) -> [[Int]] {
        var counts = [[Int]](repeating: [Int](repeating: 0, count: 256), count: sampleShape[0])
        for sample in range {
            let bytes = try bytes(at: [sample])
            for channel in counts.indices {
                counts[channel].withUnsafeMutableBufferPointer { counts in
                    for index in channel * plane..<(channel + 1) * plane { counts[Int(bytes[index])] += 1 }
                }
            }
        }
        return counts
    }
}
