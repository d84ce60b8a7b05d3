import NeuralNetwork
import TestSupport
import Tensors
import Testing
import UnitStatistics

/// Statistics of units against all values at once, whatever the blocks.
@Suite struct LayerActivityTests {
    private static let images = 30
    private static let positions = 24 * 21

    private let network: Network

    init() throws { network = try windows() }

    /// `[images, 4, 24, 21]`: a unit never above zero, one on a single place, one always above, and a usual one.
    private static let activations: Tensor = {
        let noise = coarse([images, 4, 24, 21], seed: 6, values: 1_000).map { $0 / 400 - 1 }
        var values = noise.scalars
        for image in 0..<images {
            for position in 0..<positions {
                let start = image * 4 * positions + position
                values[start] = -abs(values[start])
                values[start + positions] = image == 7 && position == 30 ? 0.25 : 0
                values[start + 2 * positions] = abs(values[start + 2 * positions]) + 0.01
            }
        }
        return Tensor(shape: noise.shape, values)
    }()

    /// Walks over the images in blocks of a size, their chunks on so many threads.
    private func gather(_ activations: Tensor, size: Int, threads: Int) -> LayerActivity {
        let count = activations.shape[0]
        let layer = LayerActivity(0, of: network, imageCount: count, rows: size)
        for first in stride(from: 0, to: count, by: size) {
            let images = first..<min(first + size, count)
            parallelFor((images.count + 1) / 2, threads: threads) { chunk in
                let rows = 2 * chunk..<min(2 * chunk + 2, images.count)
                activations.withUnsafeBufferPointer {
                    layer.observe(
                        rows, ofBlockAt: first, $0.baseAddress! + (first + rows.lowerBound) * activations.rowCount)
                }
            }
            #expect(layer.finishBlock(count: images.count) == nil)
        }
        return layer
    }

    @Test(arguments: [(1, 1), (7, 2), (30, 4)])
    func `states and numbers are those of all values at once`(size: Int, threads: Int) {
        let layer = gather(Self.activations, size: size, threads: threads)
        let levels = [0, 0.1, 0.5, 0.9, 1]
        let units = layer.units(quantiles: levels, nearDead: 0.1, threads: threads)
        #expect(units.map(\.state) == [.dead, .nearDead, .alwaysOn, .active])
        #expect(layer.hasExactQuantiles)
        for (unit, found) in units.enumerated() {
            let values = (0..<Self.images).flatMap { image in
                let start = (image * 4 + unit) * Self.positions
                return Self.activations.scalars[start..<start + Self.positions].map { Double($0) }
            }
            let mean = values.reduce(0, +) / Double(values.count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
            #expect(abs(found.mean - mean) < 1e-9)
            #expect(abs(found.standardDeviation - variance.squareRoot()) < 1e-6)
            #expect((Double(found.minimum), Double(found.maximum)) == (values.min()!, values.max()!))
            #expect(found.sparsity == Double(values.count(where: { $0 <= 0 })) / Double(values.count))
            let active = (0..<Self.images).count(where: { image in
                values[image * Self.positions..<(image + 1) * Self.positions].contains { $0 > 0 }
            })
            #expect(found.activeShare == Double(active) / Double(Self.images))
            let sorted = values.sorted()
            for (level, quantile) in zip(levels, found.quantiles) {
                let rank = max(Int((Double(sorted.count) * level).rounded(.up)) - 1, 0)
                #expect(Double(quantile) == sorted[rank])
            }
        }
        // The last bits, too.
        #expect(
            units == gather(Self.activations, size: 4, threads: 2).units(quantiles: levels, nearDead: 0.1, threads: 1))
    }

    @Test func `where not all values are kept, quantiles are within the stated error`() throws {
        // 4,800 images of 4 units with 504 places: 39 MB of values.
        let many = Tensor(
            shape: [4_800, 4, 24, 21],
            (0..<160).flatMap { round in Self.activations.scalars.map { $0 * Float(1 + round) } })
        let layer = gather(many, size: 100, threads: 2)
        #expect(!layer.hasExactQuantiles)
        let levels = [0.001, 0.02, 0.3, 0.5, 0.77, 0.999]
        let units = layer.units(quantiles: levels, nearDead: 0.1, threads: 2)
        #expect(units == gather(many, size: 33, threads: 1).units(quantiles: levels, nearDead: 0.1, threads: 2))
        let scalars = many.scalars
        for (unit, found) in units.enumerated() {
            let sorted = (0..<4_800).flatMap { image in
                let start = (image * 4 + unit) * Self.positions
                return scalars[start..<start + Self.positions]
            }.sorted()
            for (level, quantile) in zip(levels, found.quantiles) {
                let exact = sorted[Int((Double(sorted.count) * level).rounded(.up)) - 1]
                let allowed = max(Float(LayerActivity.quantileError) * abs(exact), 1e-6)
                #expect(abs(quantile - exact) <= allowed, "unit \(unit), level \(level): \(quantile), exactly \(exact)")
            }
        }
    }

    @Test func `a value that is not finite is found with its image and unit`() {
        var broken = Self.activations
        broken[3, 2, 1, 1] = .nan
        let layer = LayerActivity(0, of: network, imageCount: Self.images, rows: Self.images)
        broken.withUnsafeBufferPointer { layer.observe(0..<Self.images, ofBlockAt: 0, $0.baseAddress!) }
        let found = layer.finishBlock(count: Self.images)
        #expect(found?.image == 3)
        #expect(found?.unit == 2)
    }
}
