import NeuralNetwork
import TestSupport
import Tensors
import Testing
import Training

@Suite struct TrainerTests {
    /// A network with everything that draws random numbers or mixes samples.
    private func model() throws -> Model {
        let network = try Network(
            name: "tiny", inputShape: [1, 8, 8],
            nodes: [
                .init(
                    name: "conv", layer: Convolution(inputChannels: 1, outputChannels: 8, kernel: [3, 3]),
                    inputs: [.networkInput]),
                .init(name: "norm", layer: BatchNormalization(channels: 8), inputs: [.node(0)]),
                .init(name: "relu", layer: ReLU(), inputs: [.node(1)]),
                .init(name: "pool", layer: MaxPooling(kernel: [2, 2]), inputs: [.node(2)]),
                .init(name: "flatten", layer: Flatten(), inputs: [.node(3)]),
                .init(name: "drop", layer: Dropout(probability: 0.2), inputs: [.node(4)]),
                .init(name: "out", layer: Linear(inputFeatures: 72, outputFeatures: 3), inputs: [.node(5)]),
                .init(name: "probabilities", layer: Softmax(), inputs: [.node(6)]),
            ])
        return Model(randomlyInitialized: network, seed: 1, input: InputContract(mean: [0.5], std: [0.25]))
    }

    /// Noise with a bright band, whose place is the class.
    private func bands(_ count: Int, seed: Int) -> TensorSource {
        let random = CounterRandom(seed: seed)
        let labels = (0..<count).map { random.integer($0, below: 3) }
        var images = Tensor(shape: [count, 1, 8, 8])
        for sample in 0..<count {
            for pixel in 0..<64 {
                let isBand = pixel / 8 / 3 == labels[sample]
                images[sample, 0, pixel / 8, pixel % 8] = random[sample].uniform(pixel) * 0.6 + (isBand ? 0.3 : 0)
            }
        }
        return TensorSource(images: images, labels: labels)
    }

    private func settings(_ change: (inout TrainingSettings) -> Void = { _ in }) -> TrainingSettings {
        var settings = TrainingSettings()
        settings.epochs = 3
        settings.batchSize = 20
        settings.chunkSize = 8
        settings.learningRate = 0.05
        change(&settings)
        return settings
    }

    @Test func `a separable problem is learned`() throws {
        let trainer = try Trainer(
            model(), training: bands(300, seed: 1), validation: bands(200, seed: 2),
            settings: settings { $0.epochs = 6 })
        try trainer.run()
        let history = trainer.state.history
        #expect(history.initial!.accuracy < 0.6)
        #expect(history.epochs.last!.validation!.accuracy > 0.98, "\(history)")
        #expect(history.epochs.last!.loss < history.epochs[0].loss / 2)
        #expect(try trainer.evaluate(bands(200, seed: 3)).accuracy > 0.98)
        #expect(history.epochs.allSatisfy { $0.gradientNorm > 0 && $0.learningRate == 0.05 })
    }

    @Test(arguments: [2, 3]) func `results have the same bits for any number of threads`(threads: Int) throws {
        func train(_ threads: Int) throws -> TrainingState {
            let trainer = try Trainer(
                model(), training: bands(70, seed: 1), validation: bands(30, seed: 2),
                settings: settings { $0.threads = threads })
            try trainer.run()
            return trainer.state
        }
        let (alone, together) = (try train(1), try train(threads))
        #expect(alone.history == together.history)
        #expect(alone.tensors == together.tensors)
    }

    @Test(arguments: Optimizers.all.map { $0.name }) func `going on from a saved state changes no bit`(
        optimizer: String
    ) throws {
        let settings = settings {
            $0.optimizer = Optimizers.named(optimizer)!.init(OptimizerOptions(momentum: 0.9, weightDecay: 0.01))
            $0.schedule = CosineSchedule()
            $0.remembersBest = true
        }
        func trainer() throws -> Trainer {
            try Trainer(model(), training: bands(50, seed: 1), validation: bands(30, seed: 2), settings: settings)
        }
        let undisturbed = try trainer()
        try undisturbed.run()

        // Stopped in the middle of the second epoch.
        let first = try trainer()
        var saved: TrainingState?
        #expect(throws: Stop.self) {
            try first.run {
                if $0.position.epoch == 1, $0.position.batch == 1 { throw Stop() }
            } eachEpoch: {
                saved = $0
            }
        }
        #expect(first.state.tensors == saved!.tensors)
        let second = try trainer()
        try second.restore(TrainingState(history: saved!.history, tensors: saved!.tensors))
        try second.run()
        #expect(second.state.tensors == undisturbed.state.tensors)
        #expect(second.state.history == undisturbed.state.history)
        // The stopped trainer itself goes on as well.
        try first.run()
        #expect(first.state.tensors == undisturbed.state.tensors)
    }

    @Test func `another seed gives another order and other dropout`() throws {
        func train(_ seed: Int) throws -> TrainingState {
            let trainer = try Trainer(model(), training: bands(50, seed: 1), settings: settings { $0.seed = seed })
            try trainer.run()
            return trainer.state
        }
        #expect(try train(1).tensors != train(2).tensors)
    }

    @Test func `frozen layers keep their parameters`() throws {
        let start = try model()
        let trainer = try Trainer(
            start, training: bands(50, seed: 1), settings: settings { $0.frozenLayers = ["conv", "no*"] })
        try trainer.run()
        for name in ["conv.weight", "conv.bias", "norm.weight", "norm.bias"] {
            #expect(trainer.model.weights[name] == start.weights[name], "\(name)")
        }
        // As in PyTorch, running statistics are no parameters.
        for name in ["norm.running_mean", "out.weight", "out.bias"] {
            #expect(trainer.model.weights[name] != start.weights[name], "\(name)")
        }
    }

    @Test func `the best epoch's weights are remembered`() throws {
        // The learning rate explodes after the second epoch.
        struct Explosion: LearningRateSchedule {
            func factor(at position: TrainingPosition) -> Double { position.epoch < 2 ? 1 : 150 }
        }
        let trainer = try Trainer(
            model(), training: bands(200, seed: 1), validation: bands(100, seed: 2),
            settings: settings {
                $0.epochs = 4
                $0.schedule = Explosion()
                $0.remembersBest = true
            })
        var weights: [[String: Tensor]] = []
        try trainer.run(eachEpoch: { weights.append($0.weights) })
        let best = try #require(trainer.state.history.bestEpoch)
        let accuracies = trainer.state.history.epochs.map { $0.validation!.accuracy }
        #expect(best == accuracies.firstIndex(of: accuracies.max()!)! + 1, "\(accuracies)")
        #expect(accuracies.min()! < accuracies[best - 1])
        #expect(trainer.bestModel.weights == weights[best - 1])
        #expect(trainer.model.weights == weights[3])
    }

    @Test func `a batch larger than the data takes all of it`() throws {
        let trainer = try Trainer(
            model(), training: bands(13, seed: 1), settings: settings { $0.batchSize = 1_000 })
        var positions: [TrainingPosition] = []
        try trainer.run(eachStep: { positions.append($0.position) })
        #expect(positions.map(\.batchesPerEpoch) == [1, 1, 1])
    }

    @Test func `scores in a map of one place are learned from as those in a vector`() throws {
        func state(flattened: Bool) throws -> TrainingState {
            let nodes: [Network.Node] = [
                .init(
                    name: "conv", layer: Convolution(inputChannels: 1, outputChannels: 3, kernel: [3, 3]),
                    inputs: [.networkInput]),
                .init(name: "pool", layer: AdaptiveAveragePooling(outputSize: [1, 1]), inputs: [.node(0)]),
                .init(name: "flatten", layer: Flatten(), inputs: [.node(1)]),
            ]
            let network = try Network(
                name: "squeezed", inputShape: [1, 8, 8], nodes: flattened ? nodes : Array(nodes.dropLast()))
            #expect(network.outputShape == (flattened ? [3] : [3, 1, 1]))
            let trainer = try Trainer(
                Model(randomlyInitialized: network, seed: 1), training: bands(50, seed: 1),
                validation: bands(30, seed: 2), settings: settings())
            try trainer.run()
            return trainer.state
        }
        let (map, vector) = (try state(flattened: false), try state(flattened: true))
        #expect(map.history == vector.history)
        #expect(map.history.epochs.last!.loss < map.history.epochs[0].loss)
        #expect(map.tensors == vector.tensors)
    }

    @Test func `the split is a partition that the seed decides`() {
        let samples = bands(100, seed: 1)
        let (training, validation) = samples.split(validationShare: 0.1, seed: 3)
        #expect(training.count == 90 && validation!.count == 10)
        #expect((training.indices + validation!.indices).sorted() == Array(0..<100))
        #expect(samples.split(validationShare: 0.1, seed: 4).validation!.indices != validation!.indices)
        #expect(samples.split(validationShare: 0, seed: 3).validation == nil)
        #expect(training.label(7) == samples.labels[training.indices[7]])
    }
}

/// Thrown by a callback.
private struct Stop: Error {}
