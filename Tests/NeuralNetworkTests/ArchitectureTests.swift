import JSONValues
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

    /// Learned numbers as torchvision's `sum(p.numel() for p in model.parameters())` has them, without the classifiers
    /// that GoogLeNet and Inception use in training only.
    static let parameterCounts = [
        "cifar10-cnn": 109_962, "mnist-cnn": 88_330, "alexnet": 61_100_840, "vgg11": 132_863_336,
        "vgg11_bn": 132_868_840, "vgg13": 133_047_848, "vgg13_bn": 133_053_736, "vgg16": 138_357_544,
        "vgg16_bn": 138_365_992, "vgg19": 143_667_240, "vgg19_bn": 143_678_248, "squeezenet1_0": 1_248_424,
        "squeezenet1_1": 1_235_496, "resnet18": 11_689_512, "resnet34": 21_797_672, "resnet50": 25_557_032,
        "resnet101": 44_549_160, "resnet152": 60_192_808, "googlenet": 6_624_904, "inception_v3": 23_834_568,
        "densenet121": 7_978_856, "mobilenet_v2": 3_504_872,
    ]

    @Test func `every architecture has its published number of parameters`() {
        let counts = Dictionary(
            uniqueKeysWithValues: Architecture.all.map { ($0.name, $0.network.parameterCount) })
        #expect(counts == Self.parameterCounts)
    }

    @Test func `layers of VGG answer to Keras's names`() throws {
        let vgg16 = Architecture.named("vgg16")!.network
        let vgg19 = Architecture.named("vgg19")!.network
        let names = try ["block1_conv1", "block3_conv1", "block5_conv3", "block5_pool", "fc2", "predictions"].map {
            vgg16.nodes[try vgg16.index(of: $0)].name
        }
        #expect(names == ["features.0", "features.10", "features.28", "features.30", "classifier.3", "classifier.6"])
        #expect(try vgg19.index(of: "block5_conv4") == vgg19.index(of: "features.34"))
        #expect(
            try vgg16.indices(matching: "block2_*").map { vgg16.nodes[$0].name }
                == ["features.5", "features.7", "features.9"])
        // A network that went through its file, and was given other classes, still answers.
        let again = try Network(json: JSONDocument(parsing: vgg16.json.prettyText).root).withClasses(5)
        #expect(again.shapes[try again.index(of: "predictions")] == [5])
    }

    @Test(arguments: [("squeezenet1_0", 5, "pool4"), ("squeezenet1_1", 6, "pool3")])
    func `layers of SqueezeNet answer to its authors' names`(name: String, fire4: Int, pool: String) throws {
        let network = Architecture.named(name)!.network
        let names = try ["conv1", "fire4.squeeze1x1", "fire4.expand3x3", "fire4.concat", pool, "conv10"].map {
            network.nodes[try network.index(of: $0)].name
        }
        #expect(
            names == [
                "features.0", "features.\(fire4).squeeze", "features.\(fire4).expand3x3", "features.\(fire4).cat",
                name == "squeezenet1_0" ? "features.6" : "features.5", "classifier.1",
            ])
    }

    @Test func `a misspelled second name is told the right one`() throws {
        let network = Architecture.named("vgg16")!.network
        let error = #expect(throws: NetworkError.self) { try network.index(of: "block3_con1") }
        #expect(error?.what == "the network has no layer 'block3_con1'; did you mean 'block3_conv1'?")
    }

    @Test func `weights of classifiers for training alone are known as such`() {
        let patterns = Architecture.named("googlenet")!.published.unused.map { GlobPattern($0) }
        #expect(patterns.contains { $0.matches("aux2.conv.bn.running_mean") })
        #expect(Architecture.named("inception_v3")!.published.unused == ["AuxLogits.*"])
        let names = Architecture.named("googlenet")!.network.parameters.map(\.name)
        #expect(!names.contains { name in patterns.contains { $0.matches(name) } })
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

    @Test func `strides beyond all measure end somewhere`() throws {
        let window = #"{"name": "NAME", "kind": "max_pooling", "kernel": 1, "stride": 1048576}"#
        let layers = (0..<6).map { window.replacing("NAME", with: "l\($0)") }.joined(separator: ",")
        let network = try Network(
            json: JSONDocument(parsing: #"{"name": "n", "input": [1, 8, 8], "layers": [\#(layers)]}"#).root)
        let field = network.receptiveFields[5]
        #expect(field.size == [1, 1])
        #expect(field.stride[0] >= 1 << 20)
        #expect(field.pixels(at: 0, axis: 0, imageSize: 8) == 0...0)
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
