import Circuits
import NeuralNetwork
import TestSupport
import Tensors
import Testing

@Suite struct ContributionTests {
    private let images = {
        let random = CounterRandom(seed: 11)
        return Tensor(shape: [6, 3, 20, 18], (0..<6 * 3 * 20 * 18).map { random.uniform($0) })
    }()

    private func model() throws -> Model {
        var model = Model(randomlyInitialized: try chain(), seed: 3, input: .torchvision)
        let random = CounterRandom(seed: 12)
        for name in ["norm1", "norm2"] {
            let channels = model.weights[name + ".bias"]!.count
            model.weights[name + ".running_mean"] = Tensor(
                shape: [channels], (0..<channels).map { 0.3 * random.normal($0) })
        }
        return model
    }

    @Test(arguments: [("conv1", 5), ("grouped", 2), ("grouped", 9), ("depthwise", 21), ("pointwise", 4)])
    func `contributions and bias add up to the convolution's output`(layer: String, filter: Int) throws {
        let model = try model()
        let node = try model.network.index(of: layer)
        var request = PlanRequest(batch: 4)
        request.activations = [node]
        request.algorithm = .direct
        let output = try NetworkRunner(model, request, threads: 1).activations(of: images)[node]!
        let split = try SplitFilter(model, layer: layer, filter: filter)
        let maps = try NetworkRunner(split.model, split.request, threads: 1).activations(of: images).values.first!
        #expect(Array(maps.shape.dropFirst()) == split.mapShape)
        let bias = model.weights[layer + ".bias"].map { $0[filter] } ?? 0
        let expected = Tensor.stack((0..<6).map { output.row($0).row(filter) })
        let sums = Tensor.stack(
            (0..<6).map { image in
                (0..<split.mapShape[0]).reduce(Tensor(shape: expected.row(0).shape, repeating: bias)) {
                    $0 + maps.row(image).row($1)
                }
            })
        let difference = deviation(sums, from: expected)
        #expect(difference.relativeNorm < 1e-5, "\(difference)")
        #expect(expected.norm > 0.1)

        // And the summary is that of the maps.
        let contributions = try ChannelContributions(
            model, layer: layer, filter: filter, imageCount: 6, threads: 2
        ) { index, pixels in _ = pixels.update(fromContentsOf: images.row(index).scalars) }
        for (place, channel) in contributions.channels.enumerated() {
            let all = (0..<6).flatMap { maps.row($0).row(channel).scalars.map(Double.init) }
            let mean = all.reduce(0, +) / Double(all.count)
            let absolute = all.reduce(0) { $0 + abs($1) } / Double(all.count)
            #expect(abs(contributions.mean[place] - mean) < 1e-9)
            #expect(abs(contributions.meanAbsolute[place] - absolute) < 1e-9)
        }
        let ranking = contributions.ranking
        #expect(ranking.sorted() == Array(contributions.channels))
        let first = contributions.channels.lowerBound
        for (a, b) in zip(ranking, ranking.dropFirst()) {
            #expect(contributions.meanAbsolute[a - first] >= contributions.meanAbsolute[b - first])
        }
    }

    @Test func `channels that matter on images and not by weight are found`() throws {
        let net = try network(
            [3, 4, 4], [("conv", Convolution(inputChannels: 3, outputChannels: 1, kernel: [1, 1], hasBias: false), [])])
        let model = try Model(network: net, weights: ["conv.weight": Tensor(shape: [1, 3, 1, 1], [5, -2, 3])])
        // The strongest kernel reads a channel that is always dark.
        let contributions = try ChannelContributions(model, layer: "conv", filter: 0, imageCount: 2) { _, pixels in
            for index in pixels.indices { pixels[index] = [0, 0.25, 0.75][index / 16] }
        }
        func overlooked(_ count: Int) throws -> [Int] {
            try CircuitRanking(model, layer: "conv", filter: 0, count: count).overlookedChannels(contributions)
        }
        #expect(contributions.ranking == [2, 1, 0])
        let whole = try CircuitRanking(model, layer: "conv", filter: 0)
        #expect(whole.kernels.map(\.channel) == [0, 2, 1] && whole.contributionRanks(contributions) == [3, 1, 2])
        #expect(try overlooked(1) == [2] && overlooked(2) == [1])
        #expect(try overlooked(3).isEmpty)
    }

    @Test func `values that overflow are refused`() throws {
        let net = try network(
            [1, 4, 4],
            [
                ("large", Convolution(inputChannels: 1, outputChannels: 2, kernel: [1, 1], hasBias: false), []),
                ("conv", Convolution(inputChannels: 2, outputChannels: 1, kernel: [1, 1], hasBias: false), []),
            ])
        let model = try Model(
            network: net,
            weights: [
                "large.weight": Tensor(shape: [2, 1, 1, 1], [3e38, 1]),
                "conv.weight": Tensor(shape: [1, 2, 1, 1], [10, 1]),
            ])
        let contributions = #expect(throws: CircuitError.self) {
            try ChannelContributions(model, layer: "conv", filter: 0, imageCount: 1) { $1.update(repeating: 1) }
        }
        #expect(
            contributions?.what
                == "the contributions of channels to 'conv' are not finite: values overflow 32-bit floats")
        let expanded = #expect(throws: CircuitError.self) {
            try ExpandedWeights(model, layer: "conv", channel: 0, upstreamLayer: nil)
        }
        #expect(
            expanded?.what
                == "the weights of 'conv' expanded to the input are not finite: values overflow 32-bit floats")
    }

    @Test func `threads do not show`() throws {
        let model = try model()
        func measured(_ threads: Int) throws -> ChannelContributions {
            try ChannelContributions(model, layer: "grouped", filter: 1, imageCount: 6, threads: threads) {
                _ = $1.update(fromContentsOf: images.row($0).scalars)
            }
        }
        let (one, three) = (try measured(1), try measured(3))
        #expect(one.mean == three.mean && one.meanAbsolute == three.meanAbsolute)
    }
}
