import NeuralNetwork
import TestSupport
import Tensors
import Testing
import Training

@Suite struct OptimizerTests {
    static let variants: [(id: String, optimizer: any Optimizer, learningRate: Double)] = [
        ("sgd", SGD(OptimizerOptions()), 0.05),
        ("sgd-decay", SGD(OptimizerOptions(weightDecay: 0.1)), 0.05),
        ("sgd-momentum", SGD(OptimizerOptions(momentum: 0.9, weightDecay: 0.01)), 0.05),
        ("sgd-nesterov", SGD(OptimizerOptions(momentum: 0.9, nesterov: true, weightDecay: 0.01)), 0.05),
        ("adam", Adam(OptimizerOptions()), 0.01),
        ("adam-decay", Adam(OptimizerOptions(weightDecay: 0.1, beta1: 0.8, beta2: 0.95, epsilon: 1e-6)), 0.01),
        ("adamw", AdamW(OptimizerOptions(weightDecay: 0.1)), 0.01),
        ("adam-cosine", Adam(OptimizerOptions()), 0.01),
    ]

    @Test(arguments: variants.indices, [3, 16])
    func `six steps lead where PyTorch's lead`(variant: Int, chunkSize: Int) throws {
        let (id, optimizer, learningRate) = Self.variants[variant]
        let golden = try Golden("steps")
        let samples = try golden.samples()
        var settings = TrainingSettings()
        settings.epochs = 2
        settings.batchSize = 7
        settings.chunkSize = chunkSize
        settings.threads = 2
        settings.shuffles = false
        settings.optimizer = optimizer
        settings.learningRate = learningRate
        if id.hasSuffix("cosine") { settings.schedule = CosineSchedule() }
        let trainer = try Trainer(golden.startModel(), training: samples, validation: samples, settings: settings)
        try trainer.run()

        for (name, tensor) in trainer.model.weights {
            let difference = deviation(tensor, from: try golden.tensor("\(id)/after/\(name)"))
            // Single precision through six steps; Adam divides by the root of tiny squares.
            #expect(difference.relativeNorm < 1e-4, "\(name): \(difference)")
        }
        let losses = try golden.tensor("\(id)/losses")
        for (epoch, record) in trainer.state.history.epochs.enumerated() {
            #expect(abs(record.loss - Double(losses[epoch])) < 1e-5 * record.loss)
        }
        let evaluation = try golden.tensor("\(id)/evaluation")
        let measured = trainer.state.history.epochs[1].validation!
        #expect(abs(measured.loss - Double(evaluation[0])) < 1e-5 * measured.loss)
        #expect(Float(measured.accuracy) == evaluation[1])
        #expect(trainer.state.history.steps == 6)
    }

    @Test func `every optimizer is found by its name`() {
        for kind in Optimizers.all { #expect(Optimizers.named(kind.name) == kind) }
        #expect(Optimizers.named("sdg") == nil)
    }
}
