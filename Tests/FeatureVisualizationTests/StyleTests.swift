import FeatureVisualization
import NeuralNetwork
import TestSupport
import Tensors
import Testing

@Suite struct StyleTests {
    private static func settings(_ name: String) -> StyleSettings {
        var settings =
            name == "both"
            ? StyleSettings(
                contentLayers: [.init("relu1", weight: 2)],
                styleLayers: [.init("relu1", weight: 3), .init("relu2", weight: 40)])
            : StyleSettings(contentLayers: [], styleLayers: [.init("conv2", weight: 10)])
        settings.totalVariation = 0.5
        return settings
    }

    private static func transfer(_ settings: StyleSettings) throws -> StyleTransfer {
        let golden = try Golden("dream_and_style")
        return try StyleTransfer(
            Golden.model("colour"), settings, content: golden.tensor("images").row(0), style: golden.tensor("painting"))
    }

    @Test(arguments: ["both", "style"]) func `losses and gradient of the first step are PyTorch's`(name: String) throws
    {
        let golden = try Golden("dream_and_style")
        let transfer = try Self.transfer(Self.settings(name))
        let slope = transfer.slope(at: transfer.startParameters)
        let terms = try golden.tensor("style/\(name)/terms").scalars
        #expect(slope.terms.count == terms.count)
        for (ours, theirs) in zip(slope.terms, terms) {
            #expect(abs(ours - Double(theirs)) < 1e-5 * abs(Double(theirs)) + 1e-6)
        }
        #expect(abs(slope.value + slope.terms.reduce(0, +)) < 1e-9)
        let gradient = try golden.tensor("style/\(name)/gradient") * -1
        let difference = deviation(slope.gradient, from: gradient)
        #expect(difference.relativeNorm < 1e-4, "\(difference)")
    }

    @Test func `the gradient is the slope of the loss`() throws {
        var settings = Self.settings("both")
        settings.algorithm = .direct
        let transfer = try Self.transfer(settings)
        let x = transfer.startParameters
        for seed in 0..<4 {
            let noise = normalTensor(x.shape, seed: seed)
            let direction = noise * Float(1 / noise.norm)
            let step: Float = 1e-2
            let (above, below) = (transfer.slope(at: x + direction * step), transfer.slope(at: x - direction * step))
            let slope = (above.value - below.value) / Double(2 * step)
            let gradient = transfer.slope(at: x).gradient
            // Kinks of ReLUs, maxima and absolute values that are crossed.
            #expect(abs(slope - product(gradient, direction)) < 0.02 * max(abs(slope), gradient.norm))
            #expect(gradient.norm > 1e-2)
        }
    }

    @Test(arguments: [LBFGSAscent() as any Ascent, AdamAscent()], StyleSettings.Start.allCases)
    func `the loss falls, and a saved state goes on bit for bit`(ascent: any Ascent, start: StyleSettings.Start) throws
    {
        var settings = Self.settings("both")
        settings.ascent = ascent
        settings.start = start
        settings.iterations = 25
        settings.snapshots = [0, 12, 25]
        var saved: [String: Tensor] = [:]
        let whole = try Self.transfer(settings).run { if $0.iteration == 11 { saved = $0.tensors } }
        let state = try #require(StyleState(tensors: saved))
        let transfer = try Self.transfer(settings)
        #expect(state.iteration == 11 && transfer.fits(state))
        let resumed = try transfer.run(resuming: state)
        #expect(resumed.image == whole.image && resumed.losses == whole.losses && whole.losses.count == 26)
        #expect(whole.snapshots.map(\.iteration) == [0, 12, 25])
        #expect(resumed.snapshots.map(\.image) == whole.snapshots.map(\.image))
        #expect(whole.snapshots[2].image == whole.image)
        let totals = whole.losses.map { $0.reduce(0, +) }
        #expect(totals.last! < 0.5 * totals[0])
        if ascent is LBFGSAscent { #expect(zip(totals, totals.dropFirst()).allSatisfy { $1 <= $0 }) }
        // A state of another optimizer, or of an image of another size, is told apart.
        settings.ascent = MomentumAscent(learningRate: 1)
        #expect(try !Self.transfer(settings).fits(state))
        saved["parameters"] = Tensor(shape: [3, 8, 8])
        #expect(StyleState(tensors: saved).map(transfer.fits) != true)
    }

    @Test func `the content alone is already there, and nothing moves`() throws {
        let golden = try Golden("dream_and_style")
        let content = try golden.tensor("images").row(0).map { 0.1 + 0.8 * $0 }
        var settings = StyleSettings(contentLayers: [.init("relu1", weight: 1)], styleLayers: [])
        settings.iterations = 50
        let result = try StyleTransfer(Golden.model("colour"), settings, content: content, style: content).run()
        #expect(result.losses[0][0] < 1e-9 && result.losses.last![0] <= result.losses[0][0])
        #expect(deviation(result.image, from: content).largest < 1e-4)
        #expect(result.losses.count < 50)
    }

    @Test func `colours of the content stay, light and shade change`() {
        let content = normalTensor([3, 5, 4], seed: 1).map { 0.5 + 0.02 * $0 }
        let image = normalTensor([3, 5, 4], seed: 2).map { 0.5 + 0.05 * $0 }
        let result = StyledImage.colored(image, as: content)
        func luminance(_ x: Tensor) -> Tensor { (x.row(0) * 0.299 + x.row(1) * 0.587) + x.row(2) * 0.114 }
        #expect(deviation(luminance(result), from: luminance(image)).largest < 1e-6)
        for pair in [(0, 1), (2, 1)] {
            let chroma = { (x: Tensor) in x.row(pair.0) - x.row(pair.1) }
            #expect(deviation(chroma(result), from: chroma(content)).largest < 1e-6)
        }
    }

    @Test func `what cannot be painted is said`() throws {
        let golden = try Golden("dream_and_style")
        let (content, style) = (try golden.tensor("images").row(0), try golden.tensor("painting"))
        func message(
            _ contentLayers: [String], _ styleLayers: [String], network: String = "colour", style: Tensor
        ) throws -> String? {
            let settings = StyleSettings(
                contentLayers: contentLayers.map { .init($0, weight: 1) },
                styleLayers: styleLayers.map { .init($0, weight: 1) })
            do {
                _ = try StyleTransfer(
                    Golden.model(network), settings, content: network == "gray" ? content.rows(0..<1) : content,
                    style: style)
                return nil
            } catch let error as StyleError { return error.description }
        }
        #expect(
            try message(["conv3"], ["relu1"], style: style) == """
                the network has no layer 'conv3'; did you mean 'conv1'?
                  fix: the layers are conv1, norm, relu1, pool, conv2, relu2
                """)
        #expect(
            try message([], ["relu2"], style: Tensor(shape: [3, 4, 5])) == """
                the style image, of 4×5 pixels, does not reach layer 'relu2': nothing is left of an input of shape \
                [16, 2, 2] after layer 'conv2'
                  fix: use larger images, or layers before it
                """)
        #expect(
            try message([], ["head"], network: "gray", style: style.rows(0..<1)) == """
                layer 'head' gives no maps, so nothing in it is a texture
                  fix: name a layer before the flattening; 'convscope layers' lists them
                """)
        var huge = StyleSettings(contentLayers: [], styleLayers: [.init("conv", weight: 1e300)])
        huge.iterations = 1
        #expect(throws: StyleError.notFinite(iteration: 0)) {
            try StyleTransfer(
                Golden.model("gray"), huge, content: Tensor(shape: [1, 14, 14]), style: style.rows(0..<1)
            ).run()
        }
    }
}
