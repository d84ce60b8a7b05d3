import Circuits
import NeuralNetwork
import TestSupport
import Tensors
import Testing

/// Expanded weights against PyTorch's (`Scripts/golden/circuits.py`), and what they have to be of neighbours.
@Suite struct ExpansionTests {
    private let golden: Golden
    private var model: Model { golden.model }

    init() throws { golden = try Golden() }

    private func expanded(
        _ layer: String, _ channel: Int, _ upstream: String?, count: Int = 100
    ) throws -> ExpandedWeights {
        try ExpandedWeights(model, layer: layer, channel: channel, upstreamLayer: upstream, count: count)
    }

    @Test(arguments: [
        ("conv3", 1, "input"), ("conv3", 2, "conv1"), ("conv3", 0, "pool1"), ("conv2", 5, "relu1"),
        ("conv2", 1, "concat"), ("conv3", 3, "relu2"), ("relu3", 3, "relu2"), ("head", 4, "relu2"),
    ])
    func `kernels are PyTorch's gradients`(layer: String, channel: Int, upstream: String) throws {
        let expected = try golden.tensor("expanded/\(layer)/\(channel)/\(upstream)")
        let size = try golden.integers("size/\(layer)/\(channel)/\(upstream)")
        let found = try expanded(layer, channel, upstream == "input" ? nil : upstream)
        #expect(found.imageSize == size && !found.isCutOff)
        #expect(found.channelCount == expected.shape[0])
        for kernel in found.kernels {
            let difference = deviation(kernel.kernel, from: expected.row(kernel.channel))
            #expect(difference.relativeNorm < 1e-5, "channel \(kernel.channel): \(difference)")
        }
        let norms = (0..<expected.shape[0]).map { expected.row($0).norm }
        let order = norms.indices.sorted { norms[$0] > norms[$1] }
        let counted = order.filter { norms[$0] >= IncomingKernel.negligibleShare * norms[order[0]] }
        #expect(found.kernels.map(\.channel) == counted)
        #expect(found.negligibleCount == norms.count - counted.count)
        #expect(
            found.kernels.allSatisfy {
                $0.origin == .init(layer: upstream == "input" ? nil : upstream, channel: $0.channel)
            })
    }

    @Test(arguments: [0, 7]) func `of neighbouring convolutions they are the plain weights`(filter: Int) throws {
        let plain = try CircuitRanking(model, layer: "conv2", filter: filter, count: 100)
        let expanded = try expanded("conv2", filter, "concat")
        #expect(expanded.kernels.map(\.channel) == plain.kernels.map(\.channel))
        for (ours, theirs) in zip(expanded.kernels, plain.kernels) {
            #expect(deviation(ours.kernel, from: theirs.kernel).largest == 0)
        }
        // The other group's channels do not count.
        #expect(expanded.negligibleCount == 6 && plain.negligibleCount == 0)
        #expect(expanded.bypassedLayers.isEmpty && expanded.averagedLayers.isEmpty)
    }

    @Test func `what was made linear is named, and only what lies between`() throws {
        let far = try expanded("conv3", 1, "conv1", count: 2)
        #expect(far.kernels.count == 2)
        #expect(far.bypassedLayers == ["relu1", "left_relu", "right_relu", "relu2"])
        #expect(far.averagedLayers == ["pool1", "pool2"])
        let branch = try expanded("conv2", 1, "left")
        #expect(branch.bypassedLayers == ["left_relu"] && branch.averagedLayers.isEmpty)
    }

    @Test func `the signs' meaning depends on what the earlier layer gives`() throws {
        #expect(try expanded("conv3", 1, "pool1").isNonNegative)
        // A ReLU is all that reads it.
        #expect(try expanded("conv2", 1, "left").isNonNegative)
        // A batch normalization reads it.
        let signed = try expanded("conv2", 1, "conv1")
        #expect(!signed.isNonNegative && signed.remark.hasPrefix("The channels of 'conv1' can be negative"))
        #expect(try !expanded("conv3", 1, nil).isNonNegative)
    }

    @Test func `a map too small for what the unit sees cuts kernels off, and that is said`() throws {
        // The linear layer behind the second convolution holds the image to its size.
        let net = try network(
            [1, 6, 6],
            [
                ("a", Convolution(inputChannels: 1, outputChannels: 2, kernel: [5, 5], padding: [2, 2]), []),
                ("flatten", Flatten(), []), ("linear", Linear(inputFeatures: 72, outputFeatures: 72), []),
                ("maps", Reshape(shape: [2, 6, 6]), []),
                ("b", Convolution(inputChannels: 2, outputChannels: 1, kernel: [9, 9], padding: [4, 4]), []),
            ])
        let weights = try ExpandedWeights(
            Model(randomlyInitialized: net, seed: 1), layer: "b", channel: 0, upstreamLayer: "maps")
        #expect(weights.isCutOff && weights.imageSize == [6, 6])
        #expect(weights.kernels.map(\.kernel.shape) == [[6, 6], [6, 6]])
    }

    @Test func `an image is not enlarged beyond what fits into memory`() throws {
        // Eight times as large there is room for the field of 121 pixels, but the maps would take 2 GiB.
        let net = try network(
            [1, 16, 16],
            [
                ("a", Convolution(inputChannels: 1, outputChannels: 32_768, kernel: [1, 1]), []),
                (
                    "b",
                    Convolution(
                        inputChannels: 32_768, outputChannels: 1, kernel: [3, 3], padding: [60, 60],
                        dilation: [60, 60]), []
                ),
            ])
        let weights = try ExpandedWeights(
            Model(randomlyInitialized: net, seed: 1), layer: "b", channel: 0, upstreamLayer: nil)
        #expect(weights.isCutOff && weights.imageSize == [16, 16] && weights.kernelSize == [16, 16])
    }

    @Test(arguments: [
        (
            "conv3", 4, "relu1",
            "layer 'conv3' has no channel 4; its 4 channels count from 0\n  fix: choose a channel in 0...3"
        ),
        (
            "left", 0, "right",
            "layer 'left' reads nothing of 'right'\n  fix: choose a layer before it, as 'conv1'"
        ),
        (
            "conv2", 0, "conv3",
            "layer 'conv2' reads nothing of 'conv3'\n  fix: choose a layer before it, as 'right' or 'left'"
        ),
        (
            "conv1", 0, "conv1",
            "layer 'conv1' reads nothing of 'conv1'\n  fix: leave it out: only the network's input stands before it"
        ),
        (
            "head", 0, "flatten",
            """
            layer 'flatten' gives vectors of 36 numbers; expanded weights are maps over the layer they reach back to
              fix: choose a layer before the network's flattening
            """
        ),
    ])
    func `questions without an answer are errors`(layer: String, channel: Int, upstream: String, message: String) throws
    {
        do {
            _ = try expanded(layer, channel, upstream)
            Issue.record("no error")
        } catch { #expect("\(error)" == message) }
    }

    @Test func `no average takes the place of a dilated pooling`() throws {
        let net = try network(
            [1, 9, 9],
            [
                ("a", Convolution(inputChannels: 1, outputChannels: 1, kernel: [1, 1]), []),
                ("pool", MaxPooling(kernel: [2, 2], dilation: [2, 2]), []),
                ("b", Convolution(inputChannels: 1, outputChannels: 1, kernel: [1, 1]), []),
            ])
        #expect(throws: CircuitError.noAverage(layer: "pool")) {
            try ExpandedWeights.check(net, layer: "b", channel: 0, upstreamLayer: "a")
        }
        try ExpandedWeights.check(net, layer: "b", channel: 0, upstreamLayer: "pool")
    }
}
