import Datasets
import NeuralNetwork
import TestSupport
import Testing
import Training

@Suite(.enabled(if: RealData.exists, "the real data sets are not in ../shared/data"))
struct MNISTTests {
    @Test func `one pass over 6,000 digits tells 9 of 10 apart`() throws {
        var settings = TrainingSettings()
        settings.epochs = 1
        settings.batchSize = 64
        settings.optimizer = Adam(OptimizerOptions())
        settings.learningRate = 2e-3
        settings.threads = 2
        let model = Model(randomlyInitialized: Architecture.named("mnist-cnn")!.network, seed: 1)
        let trainer = try Trainer(
            model, training: PixelsInMemory("train", limit: 6_000), validation: PixelsInMemory("test", limit: 2_000),
            settings: settings)
        try trainer.run()
        #expect(trainer.state.history.initial!.accuracy < 0.3)
        // Measured: 93.8 %.
        #expect(trainer.state.history.epochs[0].validation!.accuracy > 0.9, "\(trainer.state.history)")
    }
}

/// The first samples of MNIST.
private struct PixelsInMemory: TrainingSource {
    let sampleShape: [Int]
    private let labels: [Int]
    private let bytes: [UInt8]

    init(_ split: String, limit: Int) throws {
        var specification = DatasetSpecification(format: "mnist")
        specification.split = DatasetSpecification.Split(rawValue: split)!
        specification.limit = limit
        let files = try specification.files(at: RealData.path("mnist"))
        let dataset = try Dataset(
            opening: DatasetDescription(of: specification, files: files),
            paths: Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.path) }))
        sampleShape = dataset.sampleShape
        labels = dataset.labels!
        bytes = try dataset.bytes(at: Array(0..<limit))
    }

    var count: Int { labels.count }
    func label(_ index: Int) -> Int { labels[index] }
    func fill(_ index: Int, into pixels: UnsafeMutableBufferPointer<Float>) {
        for pixel in pixels.indices { pixels[pixel] = Float(bytes[index * pixels.count + pixel]) / 255 }
    }
}
