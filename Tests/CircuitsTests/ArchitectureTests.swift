import Circuits
import NeuralNetwork
import TestSupport
import Tensors
import Testing

/// Circuits of networks as they are used: depthwise convolutions, several readers, sums around blocks.
@Suite struct ArchitectureTests {
    private func model(_ name: String, size: Int) throws -> Model {
        // Far behind, maps of this size may be too small; all that is asked for stands before that.
        let network = try Architecture.named(name)!.network.upTo(30, inputShape: [3, size, size])
        return Model(randomlyInitialized: network, seed: 4, input: .torchvision)
    }

    private func readers(_ model: Model, _ layer: String, _ filter: Int) throws -> [String: [Int]] {
        let uses = try DownstreamUse.ranked(model, layer: layer, filter: filter, count: 100_000)
        return Dictionary(grouping: uses, by: \.layer).mapValues { $0.map(\.filter).sorted() }
    }

    @Test func `a depthwise filter reads one channel, and one depthwise filter reads a channel`() throws {
        let model = try model("mobilenet_v2", size: 64)
        #expect(try readers(model, "features.0.0", 5) == ["features.1.conv.0.0": [5]])
        let ranking = try CircuitRanking(model, layer: "features.1.conv.0.0", filter: 5)
        #expect(ranking.channelCount == 1 && ranking.strongestUnit == "features.0.0:5")
        #expect(ranking.upstream.isNonNegative)
        // What a pointwise convolution without a ReLU gives may be negative, through its batch normalization too.
        let expanding = try CircuitRanking(model, layer: "features.2.conv.0.0", filter: 2)
        #expect(expanding.channelCount == 16 && !expanding.upstream.isNonNegative)
        #expect(expanding.upstream.layers == ["features.1.conv.1"])
    }

    @Test(arguments: [("features.1.conv.0.0", 5), ("features.1.conv.1", 3), ("features.2.conv.1.0", 40)])
    func `contributions add up to what a real network's convolution gives`(layer: String, filter: Int) throws {
        let model = try model("mobilenet_v2", size: 64)
        let random = CounterRandom(seed: 8)
        let images = Tensor(shape: [2, 3, 64, 64], (0..<2 * 3 * 64 * 64).map { random.uniform($0) })
        let node = try model.network.index(of: layer)
        var request = PlanRequest(batch: 2)
        request.activations = [node]
        request.algorithm = .direct
        let output = try NetworkRunner(model, request, threads: 1).activations(of: images)[node]!
        let split = try SplitFilter(model, layer: layer, filter: filter)
        let maps = try NetworkRunner(split.model, split.request, threads: 1).activations(of: images).values.first!
        for image in 0..<2 {
            let sum = (1..<split.mapShape[0]).reduce(maps.row(image).row(0)) { $0 + maps.row(image).row($1) }
            let difference = deviation(sum, from: output.row(image).row(filter))
            #expect(difference.relativeNorm < 1e-5, "\(difference)")
        }
    }

    @Test func `both convolutions of a fire module read its squeeze, and both feed the next`() throws {
        let model = try model("squeezenet1_1", size: 64)
        let all = Array(0..<64)
        #expect(
            try readers(model, "features.3.squeeze", 7)
                == ["features.3.expand1x1": all, "features.3.expand3x3": all])
        #expect(try readers(model, "features.3.expand3x3", 7) == ["features.4.squeeze": Array(0..<16)])
        let next = try CircuitRanking(model, layer: "features.4.squeeze", filter: 0, count: 128)
        #expect(next.upstream.origins[63] == .init(layer: "features.3.expand1x1", channel: 63))
        #expect(next.upstream.origins[64] == .init(layer: "features.3.expand3x3", channel: 0))
    }

    @Test func `a residual block's output is read behind the sums that it flows through`() throws {
        let model = try model("resnet18", size: 64)
        #expect(
            try Set(readers(model, "layer1.0.conv2", 3).keys)
                == ["layer1.1.conv1", "layer2.0.conv1", "layer2.0.downsample.0"])
        #expect(try Set(readers(model, "layer1.0.conv1", 3).keys) == ["layer1.0.conv2"])
    }
}

extension CircuitRanking {
    /// The unit of the strongest kernel.
    fileprivate var strongestUnit: String? {
        kernels.first.flatMap { kernel in kernel.origin.layer.map { "\($0):\(kernel.origin.channel)" } }
    }
}
