import NeuralNetwork
import Tensors
import Training

/// Times training steps: forward, backward and update.
///
///     training-benchmark [network] [batch] [steps] [threads] [chunk]
///
/// The network is `cifar10-cnn` (the seeds' CIFAR net) or `vgg11` (a VGG11-like net for 32×32 images); images are noise.
/// Prints images per second, of the median step and of the fastest.
@main struct Benchmark {
    static func main() throws {
        let arguments = CommandLine.arguments
        func number(_ position: Int, _ usual: Int) -> Int {
            arguments.count > position ? Int(arguments[position])! : usual
        }
        let name = arguments.count > 1 ? arguments[1] : "cifar10-cnn"
        let network = name == "vgg11" ? try vgg11() : Architecture.named(name)!.network
        let (batch, steps) = (number(2, 128), number(3, 20))
        var settings = TrainingSettings()
        settings.epochs = 1
        settings.batchSize = batch
        settings.threads = number(4, 2)
        settings.chunkSize = number(5, settings.chunkSize)
        let source = Noise(count: batch * (steps + 2), sampleShape: network.inputShape)
        let trainer = try Trainer(
            Model(randomlyInitialized: network, seed: 1), training: source,
            validation: Noise(count: 2, sampleShape: network.inputShape), settings: settings)
        var times: [Double] = []
        var last = ContinuousClock.now
        try trainer.run(eachStep: { _ in
            let now = ContinuousClock.now
            times.append((now - last) / .seconds(1))
            last = now
        })
        // The first steps touch memory for the first time.
        let sorted = times.dropFirst(2).sorted()
        print(
            #"{"median": \#(Double(batch) / sorted[sorted.count / 2]), "fastest": \#(Double(batch) / sorted[0])}"#)
    }

    /// VGG11's convolutions, each followed by batch normalisation, and one linear layer.
    static func vgg11() throws -> Network {
        var nodes: [Network.Node] = []
        var channels = 3
        func append(_ layer: any Layer) {
            nodes.append(
                .init(
                    name: "features.\(nodes.count)", layer: layer,
                    inputs: [nodes.isEmpty ? .networkInput : .node(nodes.count - 1)]))
        }
        for stage in [[64], [128], [256, 256], [512, 512], [512, 512]] {
            for width in stage {
                append(Convolution(inputChannels: channels, outputChannels: width, kernel: [3, 3], padding: [1, 1]))
                append(BatchNormalization(channels: width))
                append(ReLU())
                channels = width
            }
            append(MaxPooling(kernel: [2, 2]))
        }
        append(Flatten())
        append(Linear(inputFeatures: 512, outputFeatures: 10))
        return try Network(name: "vgg11", inputShape: [3, 32, 32], nodes: nodes)
    }
}

/// Images of noise with labels in turn.
private struct Noise: TrainingSource {
    let count: Int
    let sampleShape: [Int]

    func label(_ index: Int) -> Int { index % 10 }
    func fill(_ index: Int, into pixels: UnsafeMutableBufferPointer<Float>) {
        let random = CounterRandom(seed: index)
        for pixel in pixels.indices { pixels[pixel] = random.uniform(pixel) }
    }
}
