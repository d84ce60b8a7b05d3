public import NeuralNetwork
import Tensors

/// Gathers what all units of a layer answer to a data set whose images come block by block.
///
/// The result does not depend on blocks or threads: sums are added up image by image in their order, and what quantiles
/// need is the same in any order. Memory: 32 MB, or where all values would take more, 23 kB for each unit.
///
/// `@unchecked Sendable`: chunks of a block write rows of their own, and nobody else reads or writes before all have ended.
public final class LayerActivity: @unchecked Sendable {
    /// The layer's position in the network.
    public let node: Int
    public let unitCount: Int
    /// Places of a unit's map.
    public let positionCount: Int
    /// Images of the whole data set.
    public let imageCount: Int
    /// Whether quantiles are exact, or known to within ``quantileError`` of themselves (near zero, to within 10⁻⁶).
    public let hasExactQuantiles: Bool

    public static let quantileError = LogHistogram.relativeError

    /// Bytes of a layer's values up to which all are kept.
    private static let exactBytes = 32 << 20

    private var totals: [UnitTotals]
    private let distribution: any ValueDistribution
    /// Of the images of a block, `[rows, units]`.
    private let rowTotals: RowBuffer<UnitTotals>

    /// - Parameters:
    ///   - imageCount: images of the whole data set.
    ///   - rows: images of a block at most.
    public init(_ node: Int, of network: Network, imageCount: Int, rows: Int) {
        let shape = network.shapes[node]
        self.node = node
        self.imageCount = imageCount
        unitCount = shape[0]
        positionCount = shape.dropFirst().reduce(1, *)
        let valuesPerUnit = imageCount * positionCount
        hasExactQuantiles = unitCount * valuesPerUnit * MemoryLayout<Float>.stride <= Self.exactBytes
        distribution =
            hasExactQuantiles
            ? ExactDistribution(unitCount: unitCount, countPerUnit: valuesPerUnit) : LogHistogram(unitCount: unitCount)
        totals = Array(repeating: UnitTotals(), count: unitCount)
        rowTotals = RowBuffer(rows: rows, rowCount: unitCount)
    }

    /// Bytes that are kept of an image until its block is done.
    public static func bytesPerImage(_ node: Int, of network: Network) -> Int {
        network.shapes[node][0] * MemoryLayout<UnitTotals>.stride
    }

    /// Takes the layer's activation for some images of a block, `[images, units, …]` in row-major order.
    /// - Parameters:
    ///   - rows: the images, counted in the block.
    ///   - first: the first image of the block.
    public func observe(_ rows: Range<Int>, ofBlockAt first: Int, _ values: UnsafePointer<Float>) {
        for unit in 0..<unitCount {
            for (index, row) in rows.enumerated() {
                let map = UnsafeBufferPointer(
                    start: values + (index * unitCount + unit) * positionCount, count: positionCount)
                rowTotals.row(row)[unit] = UnitTotals(of: map)
                distribution.add(map, of: unit, at: (first + row) * positionCount)
            }
        }
    }

    /// Adds up a block of which all images were observed.
    /// - Returns: the first image of the block, and its first unit, with a value that is not finite.
    public func finishBlock(count: Int) -> (image: Int, unit: Int)? {
        for row in 0..<count {
            for unit in 0..<unitCount {
                let added = rowTotals.row(row)[unit]
                guard added.isFinite else { return (row, unit) }
                totals[unit].add(added)
            }
        }
        return nil
    }

    /// What the units answered, after all blocks.
    /// - Parameters:
    ///   - levels: of the quantiles, in [0, 1], ascending.
    ///   - nearDead: share of images below which a unit that is active on some counts as near-dead.
    public func units(quantiles levels: [Double], nearDead: Double, threads: Int) -> [UnitActivity] {
        let count = imageCount * positionCount
        let ranks = levels.map { min(max(Int((Double(count) * $0).rounded(.up)) - 1, 0), count - 1) }
        var quantiles = [Float](repeating: 0, count: unitCount * levels.count)
        quantiles.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress.map(SendablePointer.init) else { return }
            parallelFor(unitCount, threads: threads) { unit in
                for (index, value) in distribution.values(of: unit, at: ranks).enumerated() {
                    start.value[unit * ranks.count + index] = value
                }
            }
        }
        return totals.enumerated().map { unit, totals in
            UnitActivity(
                totals, quantiles: Array(quantiles[unit * levels.count..<(unit + 1) * levels.count]),
                images: imageCount, positions: positionCount, nearDead: nearDead)
        }
    }

    // MARK: - Checkpoints

    /// The sums so far.
    package var keptTotals: [UnitTotals] { totals }

    /// What quantiles need of the values so far; it changes with the next block.
    package var keptValues: UnsafeMutableRawBufferPointer { distribution.bytes }

    /// Whether sums and values of an earlier walk are of such a layer.
    package func fits(totals: [UnitTotals], values: [UInt8]) -> Bool {
        totals.count == unitCount && values.count == distribution.bytes.count
    }

    /// Goes on from sums and values of an earlier walk, which fit.
    package func restore(totals: [UnitTotals], values: [UInt8]) {
        self.totals = totals
        distribution.bytes.copyBytes(from: values)
    }
}
