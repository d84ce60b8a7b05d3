import NeuralNetwork
import Tensors
import Testing
import UnitStatistics

/// Against a plain sort of all maps, whatever the blocks and threads.
@Suite struct DatasetExamplesTests {
    private static let images = 23

    private let network: Network
    private let units: [NetworkUnit]
    /// `[images, 4, 24, 21]`: few different values, so that equals are many.
    private let activations = coarse([Self.images, 4, 24, 21], seed: 3, values: 600)

    init() throws {
        let network = try windows()
        self.network = network
        units = try [2, 0, 3, 2].map { try NetworkUnit(layer: "conv1", channel: $0, of: network) }
    }

    private func map(_ image: Int, _ unit: NetworkUnit) -> [Float] {
        let plane = 24 * 21
        let start = (image * 4 + unit.channel) * plane
        return Array(activations.scalars[start..<start + plane])
    }

    @Test(arguments: [(1, 1), (4, 2), (9, 3), (23, 1), (30, 4)])
    func `examples are those of a sort of all images`(size: Int, threads: Int) throws {
        for capacity in [1, 5, 40] {
            var examples = DatasetExamples(unitCount: units.count, capacity: capacity)
            let block = BlockExtremes(units, of: network, rows: size)
            forEachBlock(of: activations, node: 0, size: size, into: block) { images in
                #expect(block.firstNonFinite(count: images.count) == nil)
                examples.add(block, count: images.count, threads: threads)
            }
            #expect(examples.count == min(capacity, Self.images))
            for (place, unit) in units.enumerated() {
                let maps = (0..<Self.images).map { map($0, unit) }
                let most = maps.indices.sorted { (maps[$1].max()!, $0) < (maps[$0].max()!, $1) }.prefix(capacity)
                #expect(examples.most(of: place).map(\.sample) == Array(most))
                #expect(examples.most(of: place).map(\.activation) == most.map { maps[$0].max()! })
                #expect(
                    examples.most(of: place).map(\.position) == most.map { maps[$0].firstIndex(of: maps[$0].max()!)! })
                let least = maps.indices.sorted {
                    (maps[$0].min()!, maps[$0].max()!, $0) < (maps[$1].min()!, maps[$1].max()!, $1)
                }.prefix(capacity)
                #expect(examples.least(of: place).map(\.sample) == Array(least))
                #expect(examples.least(of: place).map(\.activation) == least.map { maps[$0].min()! })
                #expect(
                    examples.least(of: place).map(\.position) == least.map { maps[$0].firstIndex(of: maps[$0].min()!)! }
                )
            }
        }
    }

    @Test(arguments: [1, 6, 30]) func `class means are those of all images and of the ten best`(size: Int) throws {
        // One class has many images, one few, one none, and one image has no class.
        let labels = (0..<Self.images).map { $0 == 4 ? -1 : $0 % 5 == 1 ? 2 : 0 }
        var classes = ClassResponses(unitCount: units.count, classCount: 3)
        let block = BlockExtremes(units, of: network, rows: size)
        forEachBlock(of: activations, node: 0, size: size, into: block) { images in
            classes.add(block, labels: labels[images], threads: 2)
        }
        #expect(classes.imageCounts == [0, 1, 2].map { label in labels.count(where: { $0 == label }) })
        for (place, unit) in units.enumerated() {
            for label in [0, 2] {
                let values = labels.indices.filter { labels[$0] == label }.map { Double(map($0, unit).max()!) }
                let best = values.sorted(by: >).prefix(10)
                #expect(abs(Double(classes.mean[place, label]) - values.reduce(0, +) / Double(values.count)) < 1e-4)
                #expect(abs(Double(classes.meanOfBest[place, label]) - best.reduce(0, +) / Double(best.count)) < 1e-4)
            }
            #expect(classes.mean[place, 1].isNaN)
            #expect(classes.meanOfBest[place, 1].isNaN)
        }
        #expect(ClassResponses.ranked([1, .nan, 3, 1]) == [2, 0, 3])
    }

    @Test func `the first image and unit that are not finite are named`() {
        var broken = activations
        broken[5, 0, 3, 3] = .nan
        broken[5, 3, 0, 0] = .infinity
        let block = BlockExtremes(units, of: network, rows: 30)
        forEachBlock(of: broken, node: 0, size: 30, into: block) { images in
            let found = block.firstNonFinite(count: images.count)
            #expect(found?.image == 5)
            #expect(found?.unit.channel == 0)
        }
    }
}
