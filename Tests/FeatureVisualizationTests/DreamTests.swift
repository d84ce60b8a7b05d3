import FeatureVisualization
import NeuralNetwork
import Synchronization
import TestSupport
import Tensors
import Testing

@Suite struct DreamTests {
    private static func settings(_ layer: String, _ channels: [Int]? = nil) -> DreamSettings {
        var settings = DreamSettings(layer: layer)
        settings.channels = channels
        settings.octaves = 3
        settings.iterations = 4
        settings.step = 6
        return settings
    }

    @Test(arguments: [
        ("still", "relu2", nil as [Int]?), ("shifted", "relu2", nil), ("channels", "conv2", [1, 5]),
    ]) func `every octave is PyTorch's`(name: String, layer: String, channels: [Int]?) throws {
        let golden = try Golden("dream_and_style")
        let images = try golden.tensor("images").rows(0..<1)
        let shifts = try golden.tensor("shifts")
        let dream = try DeepDream(Golden.model("colour"), Self.settings(layer, channels), imageSize: [24, 20])
        let result = try dream.run(images, numbers: [0], resuming: nil, threads: 1, progress: nil) {
            _, octave, iteration in
            name == "still" ? [0, 0] : (0..<2).map { Int(shifts[octave, iteration, $0]) }
        }[0]
        let objective = try golden.tensor("dream/\(name)/objective")
        for octave in 0..<3 {
            let difference = deviation(
                result.octaves[octave], from: try golden.tensor("dream/\(name)/octave\(octave)"))
            // Twelve steps in single precision beside double; a pixel near a kink of a ReLU goes another way now and then.
            #expect(difference.relativeNorm < 1e-4, "octave \(octave): \(difference)")
            for (step, value) in result.objective[octave].enumerated() {
                #expect(abs(Float(value) - objective[octave, step]) < 1e-3 * objective[octave, step])
            }
        }
    }

    @Test func `a dream does not depend on company, threads or place`() throws {
        let images = try Golden("dream_and_style").tensor("images")
        let dream = try DeepDream(Golden.model("colour"), Self.settings("relu2"), imageSize: [24, 20])
        let steps = Mutex(0)
        let both = try dream.run(images, numbers: [4, 9], threads: 2) { _, _ in steps.withLock { $0 += 1 } }
        #expect(steps.withLock { $0 } == 2 * 3 * 4)
        for (row, number) in [4, 9].enumerated() {
            let alone = try dream.run(images.rows(row..<row + 1), numbers: [number])[0]
            #expect(alone.octaves == both[row].octaves && alone.objective == both[row].objective)
        }
        // Another number shifts otherwise.
        #expect(try dream.run(images.rows(1..<2), numbers: [4])[0].image != both[1].image)
        // Another seed shifts otherwise.
        var other = Self.settings("relu2")
        other.seed = 1
        let elsewhere = try DeepDream(Golden.model("colour"), other, imageSize: [24, 20])
            .run(images.rows(0..<1), numbers: [4])[0]
        #expect(elsewhere.image != both[0].image)
        for result in both {
            #expect(result.image.range!.lowerBound >= 0 && result.image.range!.upperBound <= 1)
            for octave in result.objective { #expect(octave.last! > octave.first!) }
        }
    }

    /// Of two images that are 0 to 12 steps far.
    @Test(arguments: [(1, 0), (4, 4), (3, 6), (12, 11)]) func `what is kept on the way goes on bit for bit`(
        first: Int, second: Int
    ) throws {
        let images = try Golden("dream_and_style").tensor("images")
        let dreaming = try DeepDream(Golden.model("colour"), Self.settings("relu2"), imageSize: [24, 20])
        let kept = Mutex([Dream(), Dream()])
        let whole = try dreaming.run(images, numbers: [0, 1]) { place, dream in
            if dream.steps == [first, second][place] { kept.withLock { $0[place] = dream } }
        }
        let dreams = kept.withLock { $0 }
        #expect(dreams.map(\.steps) == [first, second] && dreams.allSatisfy(dreaming.fits))
        let steps = Mutex(0)
        let resumed = try dreaming.run(images, numbers: [0, 1], resuming: dreams) { _, _ in steps.withLock { $0 += 1 } }
        #expect(steps.withLock { $0 } == 24 - first - second)
        #expect(resumed.map(\.octaves) == whole.map(\.octaves))
        #expect(resumed.map(\.objective) == whole.map(\.objective))
        // Dreams of other settings, and of images of another size, are told apart.
        var other = Self.settings("relu2")
        other.octaves = 2
        #expect(try !DeepDream(Golden.model("colour"), other, imageSize: [24, 20]).fits(dreams[0]))
        #expect(try !DeepDream(Golden.model("colour"), Self.settings("relu2"), imageSize: [24, 22]).fits(dreams[0]))
    }

    @Test func `octaves have the sizes of a geometric row`() {
        #expect(
            DeepDream.sizes(of: [224, 100], octaves: 4, ratio: 1.4) == [[82, 36], [114, 51], [160, 71], [224, 100]])
        #expect(DeepDream.sizes(of: [7, 7], octaves: 1, ratio: 2) == [[7, 7]])
        #expect(DeepDream.sizes(of: [3, 9], octaves: 3, ratio: 4) == [[1, 1], [1, 2], [3, 9]])
    }

    @Test func `an image that the layer does not answer to stays as it is`() throws {
        let network = try Network(
            name: "dead", inputShape: [1, 8, 8],
            nodes: [
                .init(
                    name: "conv", layer: Convolution(inputChannels: 1, outputChannels: 1, kernel: [3, 3]),
                    inputs: [.networkInput]), .init(name: "relu", layer: ReLU(), inputs: [.node(0)]),
            ])
        let model = try Model(
            network: network,
            weights: ["conv.weight": Tensor(shape: [1, 1, 3, 3]), "conv.bias": Tensor(shape: [1], [-1])])
        var settings = DreamSettings(layer: "relu")
        settings.octaves = 1
        let image = normalTensor([1, 1, 8, 8], seed: 2).map { min(max(0.5 + $0 / 4, 0), 1) }
        #expect(try DeepDream(model, settings, imageSize: [8, 8]).run(image, numbers: [0])[0].image == image.row(0))
    }

    @Test func `what cannot be dreamt is said`() throws {
        func message(
            _ layer: String, _ channels: [Int]? = nil, network: String = "colour", octaves: Int = 3,
            size: [Int] = [24, 20]
        ) throws -> String? {
            var settings = Self.settings(layer, channels)
            settings.octaves = octaves
            do {
                _ = try DeepDream(Golden.model(network), settings, imageSize: size)
                return nil
            } catch let error as DreamError { return error.description }
        }
        #expect(
            try message("relu3") == """
                the network has no layer 'relu3'; did you mean 'relu1'?
                  fix: the layers are conv1, norm, relu1, pool, conv2, relu2
                """)
        #expect(
            try message("relu2", [0, 12]) == """
                layer 'relu2' has no channel 12; its 12 channels count from 0
                  fix: choose channels in 0...11
                """)
        #expect(
            try message("relu2", octaves: 6) == """
                octave 1, of 4×4 pixels, does not reach layer 'relu2': nothing is left of an input of shape [16, 2, 2] \
                after layer 'conv2'
                  fix: use fewer octaves, larger images, or a layer before it that no fully connected one precedes
                """)
        #expect(try message("head", network: "gray", octaves: 1, size: [14, 14]) == nil)
        #expect(
            try message("head", network: "gray", octaves: 2, size: [14, 14])?.hasPrefix("octave 1, of 10×10") == true)
    }

    @Test func `activations that are no numbers end it`() throws {
        let network = try Network(
            name: "huge", inputShape: [1, 8, 8],
            nodes: [
                .init(
                    name: "conv", layer: Convolution(inputChannels: 1, outputChannels: 1, kernel: [3, 3]),
                    inputs: [.networkInput])
            ])
        let model = try Model(
            network: network,
            weights: ["conv.weight": Tensor(shape: [1, 1, 3, 3], repeating: 3e38), "conv.bias": Tensor(shape: [1])])
        var settings = DreamSettings(layer: "conv")
        settings.octaves = 1
        #expect(throws: DreamError.notFinite(image: 7, octave: 1, iteration: 1)) {
            try DeepDream(model, settings, imageSize: [8, 8])
                .run(Tensor(shape: [1, 1, 8, 8], repeating: 1), numbers: [7])
        }
    }
}
