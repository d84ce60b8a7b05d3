import Circuits
import NeuralNetwork
import Testing

@Suite struct ErrorTests {
    private func message(_ layer: String, _ filter: Int) throws -> String? {
        let model = Model(randomlyInitialized: try chain(), seed: 1)
        do throws(CircuitError) {
            _ = try CircuitRanking(model, layer: layer, filter: filter)
            return nil
        } catch { return error.description }
    }

    @Test func `a layer without filters is named with the convolutions around it`() throws {
        #expect(
            try message("pool1", 0) == """
                layer 'pool1' is of kind 'max_pooling'; only convolutions have filters
                  fix: choose 'conv1' or 'grouped'
                """)
        #expect(
            try message("groupde", 0) == """
                the network has no layer 'groupde'; did you mean 'grouped'?
                  fix: the layers are conv1, norm1, relu1, pool1, drop1, grouped, relu2, norm2, depthwise, pointwise
                """)
    }

    @Test(arguments: [-1, 12]) func `a filter out of range is named with the range`(filter: Int) throws {
        #expect(
            try message("grouped", filter) == """
                layer 'grouped' has no filter \(filter); its 12 filters count from 0
                  fix: choose a filter in 0...11
                """)
    }

    @Test func `a filter of a layer is found by the layer's second name`() throws {
        let convolution = Convolution(inputChannels: 3, outputChannels: 2, kernel: [3, 3])
        let network = try Network(
            name: "n", inputShape: [3, 8, 8],
            nodes: [.init(name: "features.0", alias: "block1_conv1", layer: convolution, inputs: [.networkInput])])
        let model = Model(randomlyInitialized: network, seed: 1)
        let ranking = try CircuitRanking(model, layer: "block1_conv1", filter: 1)
        #expect(
            try ranking.kernels.map(\.kernel)
                == CircuitRanking(model, layer: "features.0", filter: 1).kernels.map(\.kernel))
        #expect(ranking.kernels.count == 3)
    }

    @Test func `contributions need an image`() throws {
        let model = Model(randomlyInitialized: try chain(), seed: 1)
        #expect(throws: CircuitError.noImages) {
            try ChannelContributions(model, layer: "conv1", filter: 0, imageCount: 0) { _, _ in }
        }
    }
}
