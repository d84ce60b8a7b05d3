import NeuralNetwork
import Synchronization
import TestSupport
import Tensors
import Testing
import UnitStatistics

@Suite struct ExampleCheckTests {
    /// The examples of some units on images `[images, 2, 24, 21]`.
    private func search(
        _ model: Model, _ units: [NetworkUnit], _ images: Tensor, capacity: Int = 3
    ) throws -> DatasetExamples {
        let count = images.shape[0]
        var request = PlanRequest(batch: 4)
        request.activations = Set(units.map(\.node))
        let block = BlockExtremes(units, of: model.network, rows: count)
        try NetworkRunner(model, request, threads: 2).run(count) { sample, pixels in
            images.row(sample).withUnsafeBufferPointer { _ = pixels.update(fromContentsOf: $0) }
        } handler: { rows, tap, values in
            guard case .activation(let node) = tap else { return }
            block.observe(node, rows, values.baseAddress!)
        }
        var examples = DatasetExamples(unitCount: units.count, capacity: capacity)
        examples.add(block, count: count, threads: 1)
        return examples
    }

    private func images(_ count: Int) -> Tensor { coarse([count, 2, 24, 21], seed: 8).map { $0 / 7 + 0.4 } }

    private func units(_ names: [(String, Int)], of network: Network) throws -> [NetworkUnit] {
        try names.map { try NetworkUnit(layer: $0.0, channel: $0.1, of: network) }
    }

    private func check(
        _ examples: DatasetExamples, _ units: [NetworkUnit], _ model: Model, _ images: Tensor
    ) throws -> ExampleCheck {
        try ExampleCheck(examples, of: units, in: model, threads: 2) { samples in
            Tensor.stack(samples.map { images.row($0) })
        }
    }

    @Test func `examples agree with what comes out again, and not with another network`() throws {
        let (network, images) = (try windows(), images(12))
        let model = Model(randomlyInitialized: network, seed: 1)
        let units = try units([("conv2", 1), ("fc", 4), ("conv1", 0)], of: network)
        let examples = try search(model, units, images)
        let found = try check(examples, units, model, images)
        #expect(found.agrees, "\(String(describing: found.worst))")
        #expect((found.exampleCount, found.totalCount, found.unitCount) == (18, 18, 3))
        #expect((found.mostDeviations.scalars + found.leastDeviations.scalars).allSatisfy { $0 <= 1e-6 })

        var other = model
        other.weights["fc.weight"]![4, 0] += 1
        let failed = try check(examples, units, other, images)
        #expect(!failed.agrees)
        #expect(failed.worst?.unit == units[1])
        let worst = try #require(failed.worst)
        #expect(worst.deviation > ExampleCheck.limit && worst.before != worst.after)
        for unit in [0, 2] { #expect(failed.mostDeviations.row(unit).scalars.allSatisfy { $0 <= 1e-6 }) }
    }

    @Test func `what is no number agrees with nothing`() throws {
        let (network, images) = (try windows(), images(6))
        var model = Model(randomlyInitialized: network, seed: 1)
        let units = try units([("conv2", 1)], of: network)
        let examples = try search(model, units, images)
        model.weights["conv2.bias"]![1] = .nan
        let found = try check(examples, units, model, images)
        #expect(!found.agrees)
        #expect(found.worst?.deviation == .infinity)
        #expect(found.mostDeviations.scalars.allSatisfy { $0 == .infinity })
    }

    @Test func `of many images the best and the least of units come first, and the rest is not computed`() throws {
        let (network, images) = (try windows(), images(80))
        let model = Model(randomlyInitialized: network, seed: 1)
        let units = try units((0..<5).map { ("fc", $0) }, of: network)
        let examples = try search(model, units, images, capacity: 40)
        let taken = Mutex<Set<Int>>([])
        let found = try ExampleCheck(examples, of: units, in: model, threads: 1) { samples in
            taken.withLock { $0.formUnion(samples) }
            return Tensor.stack(samples.map { images.row($0) })
        }
        #expect(taken.withLock { $0.count } == 24)
        #expect(found.unitCount == 5)
        #expect(found.totalCount == 400)
        let computed = (found.mostDeviations.scalars + found.leastDeviations.scalars).count(where: { !$0.isNaN })
        #expect(computed == found.exampleCount && computed < 400)
        for unit in units.indices {
            for (list, deviations) in [
                (examples.most(of: unit), found.mostDeviations), (examples.least(of: unit), found.leastDeviations),
            ] {
                for (rank, example) in list.enumerated() {
                    #expect(deviations[unit, rank].isNaN == !taken.withLock { $0.contains(example.sample) })
                }
            }
        }
    }

    @Test func `every window gives its position what the whole image does`() throws {
        let network = try chain(
            [2, 70, 63],
            [
                (
                    "conv1",
                    Convolution(inputChannels: 2, outputChannels: 3, kernel: [3, 5], stride: [2, 1], padding: [1, 2])
                ),
                ("pool", MaxPooling(kernel: [3, 3], stride: [2, 2], padding: [1, 1])),
                (
                    "conv2",
                    Convolution(
                        inputChannels: 3, outputChannels: 2, kernel: [2, 3], padding: [1, 1], dilation: [2, 1])
                ),
            ])
        let model = Model(randomlyInitialized: network, seed: 3)
        let image = coarse([1, 2, 70, 63], seed: 5)
        for node in network.nodes.indices {
            var request = PlanRequest(batch: 1)
            request.activations = [node]
            request.algorithm = .direct
            let whole = try #require(NetworkRunner(model, request, threads: 1).activations(of: image)[node]).row(0)
            let window = LayerWindow(node, of: network)
            #expect(!window.isWhole && window.size[0] < 40 && window.size[1] < 40)
            request.inputShape = [2] + window.size
            let runner = try NetworkRunner(model, request, threads: 1)
            let positions = whole.shape[1] * whole.shape[2]
            for position in 0..<positions {
                let part = Tensor(uninitialized: [1, 2] + window.size) {
                    window.cut(0, of: image, at: window.origin(of: position), into: $0)
                }
                let maps = try #require(runner.activations(of: part)[node]).row(0)
                #expect(maps.shape == window.mapShape)
                let place = window.position(of: position)
                for channel in 0..<whole.shape[0] {
                    let expected = whole.scalars[channel * positions + position]
                    let found = maps.scalars[channel * maps.shape[1] * maps.shape[2] + place]
                    #expect(abs(found - expected) < 1e-5, "\(node) \(position)")
                }
            }
        }
        #expect(LayerWindow(2, of: network, isWhole: true).isWhole)
    }
}
