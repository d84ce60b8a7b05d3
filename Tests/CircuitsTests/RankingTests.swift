import Circuits
import NeuralNetwork
import Tensors
import Testing

@Suite struct RankingTests {
    /// One filter over four channels of 1×2 kernels.
    private func ranking(_ kernels: [[Float]], count: Int = 10) throws -> CircuitRanking {
        let net = try network(
            [kernels.count, 4, 4],
            [
                ("conv", Convolution(inputChannels: kernels.count, outputChannels: 2, kernel: [1, 2]), [])
            ])
        let other = [Float](repeating: 9, count: kernels.count * 2)
        let model = try Model(
            network: net,
            weights: [
                "conv.weight": Tensor(shape: [2, kernels.count, 1, 2], other + kernels.flatMap { $0 }),
                "conv.bias": Tensor(shape: [2], [0, 0.25]),
            ])
        return try CircuitRanking(model, layer: "conv", filter: 1, count: count)
    }

    @Test func `kernels come by descending norm with their signs summed up`() throws {
        let ranking = try ranking([[3, 4], [-6, 8], [0, 0], [-1, -1], [4, 3], [0.05, 0.05]])
        #expect(ranking.kernels.map(\.channel) == [1, 0, 4, 3])
        #expect(ranking.kernels.map(\.statistics.l2) == [10, 5, 5, 2.0.squareRoot()])
        #expect(ranking.kernels.map(\.statistics.excitation) == [2.0 / 14, 1, 1, -1])
        #expect(ranking.kernels.map(\.statistics.positiveFraction) == [0.5, 1, 1, 0])
        #expect(
            ranking.kernels.map(\.statistics.tendency) == [.balanced, .excitatory, .excitatory, .inhibitory])
        #expect(ranking.kernels[0].kernel == Tensor(shape: [1, 2], [-6, 8]))
        // Zeros, and 0.07 against a strongest kernel of 10.
        #expect(ranking.negligibleCount == 2 && ranking.channelCount == 6)
        #expect(ranking.bias == 0.25)
    }

    @Test func `only as many as asked for are kept`() throws {
        #expect(try ranking([[1, 0], [2, 0], [3, 0]], count: 2).kernels.map(\.channel) == [2, 1])
        #expect(try ranking([[0, 0], [0, 0]]).kernels.isEmpty)
    }

    @Test func `the balance limit is inclusive`() {
        func tendency(_ weights: [Float]) -> KernelStatistics.Tendency {
            KernelStatistics(Tensor(shape: [1, weights.count], weights)).tendency
        }
        #expect(tendency([6, -4]) == .excitatory && tendency([-6, 4]) == .inhibitory)
        #expect(tendency([59, -41]) == .balanced && tendency([-59, 41]) == .balanced && tendency([0]) == .balanced)
    }

    @Test func `a grouped filter reads its group's channels`() throws {
        let model = Model(randomlyInitialized: try chain(), seed: 3)
        let ranking = try CircuitRanking(model, layer: "grouped", filter: 7, count: 8)
        #expect(ranking.channelCount == 4)
        #expect(Set(ranking.kernels.map(\.channel)) == [4, 5, 6, 7])
        for kernel in ranking.kernels {
            #expect(kernel.kernel == model.weights["grouped.weight"]!.row(7).row(kernel.channel - 4))
            #expect(kernel.origin == .init(layer: "conv1", channel: kernel.channel))
        }
        let depthwise = try CircuitRanking(model, layer: "depthwise", filter: 9)
        #expect(depthwise.kernels.map(\.channel) == [4] && depthwise.channelCount == 1)
        let pointwise = try CircuitRanking(model, layer: "pointwise", filter: 0, count: 24)
        #expect(pointwise.kernels.allSatisfy { $0.kernel.shape == [1, 1] && abs($0.statistics.excitation) == 1 })
        #expect(pointwise.bias == 0)
    }
}
