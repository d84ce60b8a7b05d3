import NeuralNetwork
import Testing

@Suite struct ArchitectureTests {
    /// torchvision's VGG16: index, receptive field, stride, side of the map, parameters of the convolution.
    static let vgg16: [(index: Int, field: Int, stride: Int, side: Int, parameters: Int)] = [
        (0, 3, 1, 224, 1_792), (2, 5, 1, 224, 36_928), (4, 6, 2, 112, 0),
        (5, 10, 2, 112, 73_856), (7, 14, 2, 112, 147_584), (9, 16, 4, 56, 0),
        (10, 24, 4, 56, 295_168), (12, 32, 4, 56, 590_080), (14, 40, 4, 56, 590_080), (16, 44, 8, 28, 0),
        (17, 60, 8, 28, 1_180_160), (19, 76, 8, 28, 2_359_808), (21, 92, 8, 28, 2_359_808), (23, 100, 16, 14, 0),
        (24, 132, 16, 14, 2_359_808), (26, 164, 16, 14, 2_359_808), (28, 196, 16, 14, 2_359_808), (30, 212, 32, 7, 0),
    ]

    @Test func `VGG16 has torchvision's shapes, fields, strides and parameters`() throws {
        let network = Architecture.named("vgg16")!.network
        #expect(network.parameterCount == 138_357_544)
        let fields = network.receptiveFields
        for row in Self.vgg16 {
            let node = try network.index(of: "features.\(row.index)")
            #expect(fields[node].size == [row.field, row.field], "features.\(row.index)")
            #expect(fields[node].stride == [row.stride, row.stride], "features.\(row.index)")
            #expect(Array(network.shapes[node].dropFirst()) == [row.side, row.side], "features.\(row.index)")
            let parameters = network.nodes[node].layer.parameters.reduce(0) { $0 + $1.shape.reduce(1, *) }
            #expect(parameters == row.parameters, "features.\(row.index)")
        }
        #expect(network.layerNames.suffix(4) == ["classifier.3", "classifier.4", "classifier.5", "classifier.6"])
        #expect(network.outputShape == [1000])
        #expect(fields[try network.index(of: "classifier.0")].size == nil)
    }

    @Test(arguments: [("cifar10-cnn", [3, 32, 32], 800, 109_962), ("mnist-cnn", [1, 28, 28], 512, 88_330)])
    func `the small CNNs have the names and sizes they are known by`(
        name: String, input: [Int], features: Int, parameters: Int
    ) throws {
        let network = Architecture.named(name)!.network
        #expect(network.inputShape == input)
        #expect(
            network.layerNames == [
                "block1.0", "block1.1", "block1.2", "block1.3", "block2.0", "block2.1", "block2.2", "block2.3",
                "flatten",
                "fc_layers.0", "fc_layers.1", "fc_layers.2", "fc_layers.3", "fc_layers.4", "fc_layers.5", "fc_layers.6",
            ])
        #expect(network.shapes[try network.index(of: "flatten")] == [features])
        #expect(network.parameterCount == parameters)
        #expect(network.outputShape == [10])
    }

    @Test func `a receptive field counts the pixels that a position really sees`() throws {
        // Two 3×3 convolutions without padding, the second with stride 2: position 1 sees pixels 2...6.
        let layers = [
            Convolution(inputChannels: 1, outputChannels: 1, kernel: [3, 3]),
            Convolution(inputChannels: 1, outputChannels: 1, kernel: [3, 3], stride: [2, 2]),
        ]
        let network = try Network(
            name: "two", inputShape: [1, 11, 11],
            nodes: [
                .init(name: "a", layer: layers[0], inputs: [.networkInput]),
                .init(name: "b", layer: layers[1], inputs: [.node(0)]),
            ])
        #expect(network.receptiveFields[1].pixels(at: 1, axis: 0, imageSize: 11) == 2...6)
        // With padding, the first position sees beyond the edge, which is cut off.
        let padded = Convolution(inputChannels: 1, outputChannels: 1, kernel: [5, 5], padding: [2, 2])
        let edge = try Network(
            name: "edge", inputShape: [1, 8, 8], nodes: [.init(name: "a", layer: padded, inputs: [.networkInput])])
        #expect(edge.receptiveFields[0].pixels(at: 0, axis: 1, imageSize: 8) == 0...2)
    }
}
