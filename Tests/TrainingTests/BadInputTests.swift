import NeuralNetwork
import TestSupport
import Tensors
import Testing
import Training

@Suite struct BadInputTests {
    private func trainer(
        _ change: (inout TensorSource, inout TrainingSettings) -> Void
    ) throws -> Trainer {
        let golden = try Golden("steps")
        var samples = try golden.samples()
        var settings = TrainingSettings()
        settings.epochs = 3
        settings.batchSize = 7
        change(&samples, &settings)
        return try Trainer(golden.startModel(), training: samples, settings: settings)
    }

    private func message(_ change: (inout TensorSource, inout TrainingSettings) -> Void) -> String? {
        do {
            try trainer(change).run()
            return nil
        } catch let error as TrainingError { return "\(error.what)\n\(error.fix)" } catch { return "\(error)" }
    }

    @Test func `labels outside the classes are refused`() {
        #expect(
            message { samples, _ in samples.labels[11] = 4 } == """
                training sample 11 has the label 4, but the network tells 4 classes apart (0...3)
                give the network as many outputs as there are classes
                """)
        #expect(
            message { samples, _ in samples.labels[2] = -1 }?.hasPrefix("training sample 2 has the label -1") == true)
    }

    @Test func `a single class is refused`() {
        #expect(
            message { samples, _ in samples.labels = [Int](repeating: 2, count: 20) } == """
                all 20 training samples have the label 2: there is nothing to tell apart
                take samples of two classes or more; shuffle before limiting a sorted data set
                """)
    }

    @Test func `no samples and samples of another shape are refused`() {
        #expect(
            message { samples, _ in samples = TensorSource(images: Tensor(shape: [0, 2, 8, 8]), labels: []) } == """
                there are no training samples
                choose a data set or a limit that leaves samples
                """)
        #expect(
            message { samples, _ in samples.images = Tensor(shape: [20, 2, 9, 8]) } == """
                the training samples have shape [2, 9, 8], but the network takes [2, 8, 8]
                resize and crop the images to 8×8
                """)
    }

    @Test func `frozen layers have to exist and to leave something`() {
        #expect(
            message { _, settings in settings.frozenLayers = ["heat.0"] } == """
                the network has no layer 'heat.0'; did you mean 'head.0'?
                the layers are conv, norm, relu, pool, flatten, head.0, head.1, head.2
                """)
        #expect(
            message { _, settings in settings.frozenLayers = ["*"] } == """
                no parameter is left to learn: the network has none, or all its layers are frozen
                leave a layer with weights unfrozen
                """)
    }

    @Test func `a network without one output per class is refused`() throws {
        let golden = try Golden("steps")
        let model = Model(randomlyInitialized: try Golden.network.upTo(3), seed: 1)
        #expect(throws: TrainingError.outputIsNotClasses(shape: [6, 4, 4])) {
            _ = try Trainer(model, training: golden.samples(), settings: TrainingSettings())
        }
    }

    @Test func `a loss that is no number stops with its place, and the last good epoch stays`() throws {
        struct Explosion: LearningRateSchedule {
            func factor(at position: TrainingPosition) -> Double { position.step < 4 ? 1 : 1e30 }
        }
        let trainer = try trainer { _, settings in settings.schedule = Explosion() }
        var saved: [TrainingState] = []
        let error = #expect(throws: TrainingError.self) { try trainer.run(eachEpoch: { saved.append($0) }) }
        #expect(
            error?.what
                == "the loss or its gradient is not a finite number in epoch 2, batch 3, at learning rate 1e+28")
        #expect(error?.fix == "lower the learning rate, to 1e+27 for example")
        #expect(saved.count == 1)
        #expect(trainer.state.epoch == 1)
        #expect(trainer.state.tensors == saved[0].tensors)
        #expect(trainer.state.tensors.values.allSatisfy { $0.isFinite })
    }

    @Test func `a state of another network or optimizer is refused`() throws {
        let plain = try trainer { _, settings in settings.optimizer = SGD(OptimizerOptions()) }
        let adam = try trainer { _, settings in settings.optimizer = Adam(OptimizerOptions()) }
        #expect(throws: TrainingError.stateLacks(tensor: "optimizer/exp_avg/conv.weight")) {
            try adam.restore(plain.state)
        }
        var state = plain.state
        state.tensors["weight/head.2.bias"] = Tensor(shape: [5])
        #expect(throws: TrainingError.stateHasOtherShape(tensor: "weight/head.2.bias", expected: [4], found: [5])) {
            try plain.restore(state)
        }
    }
}
