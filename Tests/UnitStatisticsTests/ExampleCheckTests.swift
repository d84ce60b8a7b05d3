import NeuralNetwork
import Synchronization
import TestSupport
import Tensors
import Testing
import UnitStatistics

@Suite struct ExampleCheckTests {
    private let images = coarse([12, 2, 24, 21], seed: 8).map { $0 / 7 + 0.4 }

    private func search(_ model: Model, _ units: [NetworkUnit]) throws -> DatasetExamples {
        var request = PlanRequest(batch: 4)
        request.activations = Set(units.map(\.node))
        let block = BlockExtremes(units, of: model.network, rows: 12)
        try NetworkRunner(model, request, threads: 2).run(12) { sample, pixels in
            images.row(sample).withUnsafeBufferPointer { _ = pixels.update(fromContentsOf: $0) }
        } handler: { rows, tap, values in
            guard case .activation(let node) = tap else { return }
            block.observe(node, rows, values.baseAddress!)
        }
        var examples = DatasetExamples(unitCount: units.count, capacity: 3)
        examples.add(block, count: 12, threads: 1)
        return examples
    }

    @Test func `examples agree with each image alone, and not with another network`() throws {
        let network = try windows()
        let model = Model(randomlyInitialized: network, seed: 1)
        let units = try [("conv2", 1), ("fc", 4), ("conv1", 0)].map {
            try NetworkUnit(layer: $0, channel: $1, of: network)
        }
        let examples = try search(model, units)
        let check = try ExampleCheck(examples, of: units, in: model, limit: 100, threads: 2) { images.row($0) }
        #expect(check.agrees, "\(check.largestDeviation)")
        #expect(check.exampleCount == 3 * 3 * 2)

        var other = model
        other.weights["fc.weight"]![4, 0] += 1
        let failed = try ExampleCheck(examples, of: units, in: other, limit: 100, threads: 2) { images.row($0) }
        #expect(!failed.agrees)
        #expect(failed.worst?.unit == units[1])
    }

    @Test func `no more images are computed than asked for, those of the strongest examples first`() throws {
        let network = try windows()
        let model = Model(randomlyInitialized: network, seed: 1)
        let units = try (0..<3).map { try NetworkUnit(layer: "conv2", channel: $0, of: network) }
        let examples = try search(model, units)
        let taken = Mutex<Set<Int>>([])
        let check = try ExampleCheck(examples, of: units, in: model, limit: 2, threads: 1) { sample in
            taken.withLock { _ = $0.insert(sample) }
            return images.row(sample)
        }
        #expect(check.imageCount == 2)
        #expect(taken.withLock { $0.contains(examples.most(of: 0)[0].sample) })
    }
}
