import NeuralNetwork
import Tensors
import Testing

@Suite struct ClassesTests {
    @Test func `the last fully connected layer gets as many outputs as there are classes`() throws {
        let network = try Architecture.named("cifar10-cnn")!.network.withClasses(6)
        #expect(network.outputShape == [6])
        #expect(network.layerNames == Architecture.named("cifar10-cnn")!.network.layerNames)
        let last = try #require(network.parameters.first { $0.name == "fc_layers.6.weight" })
        #expect(last.specification.shape == [6, 32])
    }

    @Test func `a network that ends in convolution and pooling gets as many channels`() throws {
        let network = try Network(
            name: "squeezed", inputShape: [3, 8, 8],
            nodes: [
                .init(
                    name: "classifier", layer: Convolution(inputChannels: 3, outputChannels: 10, kernel: [1, 1]),
                    inputs: [.networkInput]),
                .init(name: "pool", layer: AdaptiveAveragePooling(outputSize: [1, 1]), inputs: [.node(0)]),
                .init(name: "flatten", layer: Flatten(), inputs: [.node(1)]),
            ])
        #expect(try network.withClasses(4).outputShape == [4])
    }

    @Test func `other layers keep their weights`() throws {
        let model = Model(randomlyInitialized: Architecture.named("mnist-cnn")!.network, seed: 1)
        let tuned = try model.withClasses(["cat", "dog"], seed: 2)
        #expect(tuned.classNames == ["cat", "dog"])
        #expect(tuned.weights["fc_layers.3.weight"] == model.weights["fc_layers.3.weight"])
        #expect(tuned.weights["block2.1.running_var"] == model.weights["block2.1.running_var"])
        #expect(tuned.weights["fc_layers.6.weight"]!.shape == [2, 32])
        #expect(tuned.weights["fc_layers.6.bias"]!.shape == [2])
    }

    @Test func `a network that ends in a normalisation has no classifier`() throws {
        let network = try Network(
            name: "odd", inputShape: [3, 8, 8],
            nodes: [.init(name: "norm", layer: BatchNormalization(channels: 3), inputs: [.networkInput])])
        #expect(throws: NetworkError.noClassifier) { try network.withClasses(2) }
    }
}
