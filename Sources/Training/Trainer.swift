public import NeuralNetwork
import Tensors

/// Fits a network to labelled images by stochastic gradient descent on the cross entropy.
///
/// The same model, samples, settings and seed give the same bits for any number of threads, and whether or not training
/// was interrupted and restored between two steps: random decisions are functions of seed, epoch, step and sample.
public final class Trainer {
    public let settings: TrainingSettings

    /// What is needed to go on from the last whole epoch, or from the state that was restored since. Stays as it was when
    /// a later epoch fails or is cancelled.
    public private(set) var state: TrainingState

    /// How far the present epoch has come.
    private var partial = PartialEpoch()

    private let initialModel: Model
    private let training: any TrainingSource
    private let validation: (any TrainingSource)?
    private let parameters: ParameterMemory
    private let batches: BatchRunner
    private let evaluator: Evaluator
    private let update: ParameterUpdate

    /// - Parameters:
    ///   - model: network and weights to start from. It ends in one output per class; a softmax at the end is left out
    ///     while training.
    ///   - validation: samples to measure on after each epoch.
    /// - Throws: `TrainingError` when samples, labels and network do not fit together.
    public init(
        _ model: Model, training: any TrainingSource, validation: (any TrainingSource)? = nil,
        settings: TrainingSettings
    ) throws(TrainingError) {
        precondition(
            settings.epochs > 0 && settings.batchSize > 0 && settings.chunkSize > 0 && settings.threads > 0,
            "epochs, batch size, chunk size and threads are above zero")
        let logits = model.network.logitsNode
        try model.network.check(training, .training, logits: logits)
        if let validation { try model.network.check(validation, .validation, logits: logits) }
        self.settings = settings
        self.training = training
        self.validation = validation
        initialModel = model
        parameters = ParameterMemory(model.network)
        try parameters.load(model.weights)
        do throws(NetworkError) {
            batches = try BatchRunner(model, logits: logits, source: training, settings: settings)
            evaluator = try Evaluator(model, logits: logits, settings: settings)
            var frozen: Set<Int> = []
            for pattern in settings.frozenLayers { frozen.formUnion(try model.network.indices(matching: pattern)) }
            let learned = Set(model.network.parameters.filter { !frozen.contains($0.node) }.map(\.name))
            update = ParameterUpdate(
                settings.optimizer, network: model.network, parameters: parameters, plan: batches.plan
            ) { learned.contains($0) }
        } catch { throw .network(error) }
        guard !update.isEmpty else { throw .nothingToLearn }
        state = TrainingState(history: TrainingHistory(), tensors: [:])
        state = snapshot(TrainingHistory())
    }

    /// Whether all epochs are done.
    public var isFinished: Bool { state.epoch >= settings.epochs }

    /// The model with the weights of the last whole epoch.
    public var model: Model {
        var model = initialModel
        model.weights = state.weights
        return model
    }

    /// The model with the weights of the best epoch where those are remembered, else of the last.
    public var bestModel: Model {
        var model = initialModel
        model.weights = state.bestWeights ?? state.weights
        return model
    }

    /// Goes on from a state of a trainer with the same model, samples and settings.
    /// - Throws: `TrainingError` when the state's tensors are not those of this network and optimizer.
    public func restore(_ state: TrainingState) throws(TrainingError) {
        try parameters.load(state.tensors, prefix: "weight/")
        try update.load(state.tensors)
        self.state = state
        partial = state.partial
    }

    /// What is needed to go on from the last step, in the middle of an epoch too: a copy of all tensors.
    public var currentState: TrainingState { snapshot(state.history) }

    /// Trains until all epochs are done.
    ///
    /// - Parameters:
    ///   - step: called after each step; an error it throws stops training and is thrown on. The next call goes on from
    ///     there, and so does ``currentState``.
    ///   - epoch: called after each epoch with the state to save.
    /// - Throws: `TrainingError.lossNotFinite`, errors of the sources and of the callbacks.
    public func run(
        eachStep step: (TrainingProgress) throws -> Void = { _ in },
        eachEpoch epoch: (TrainingState) throws -> Void = { _ in }
    ) throws {
        try measureBeforeTraining()
        while !isFinished {
            try trainEpoch(step)
            try epoch(state)
        }
    }

    /// Loss and accuracy of the last whole epoch's weights on other samples.
    public func evaluate(_ source: any TrainingSource) throws -> Evaluation {
        try initialModel.network.check(source, .validation, logits: initialModel.network.logitsNode)
        return try evaluator.evaluate(source, state.weights)
    }

    // MARK: - One epoch

    private func measureBeforeTraining() throws {
        guard state.history.initial == nil else { return }
        state.history.initial = try evaluator.evaluate(validation ?? training, parameters)
    }

    private func trainEpoch(_ report: (TrainingProgress) throws -> Void) throws {
        let epoch = state.epoch
        let order =
            settings.shuffles
            ? CounterRandom(seed: settings.seed).stream("shuffle")[epoch].permutation(training.count)
            : Array(0..<training.count)
        let starts = Array(stride(from: 0, to: training.count, by: settings.batchSize))
        let (start, alreadyDone) = (ContinuousClock.now, partial.batches * settings.batchSize)
        do {
            for batch in partial.batches..<starts.count {
                let position = TrainingPosition(
                    epoch: epoch, batch: batch, epochs: settings.epochs, batchesPerEpoch: starts.count)
                let samples = order[starts[batch]..<min(starts[batch] + settings.batchSize, training.count)]
                let learningRate = settings.learningRate * settings.schedule.factor(at: position)
                let result = try takeStep(samples, position, learningRate)
                partial.add(
                    loss: result.loss, correct: result.correct, gradientNorm: result.gradientNorm,
                    samples: samples.count, learningRate: learningRate)
                let done = samples.endIndex
                try report(
                    TrainingProgress(
                        position: position, loss: partial.loss / Double(done),
                        accuracy: Double(partial.correct) / Double(done), learningRate: learningRate,
                        imagesPerSecond: Double(done - alreadyDone) / (ContinuousClock.now - start).seconds))
            }
            let validation = try validation.map { try evaluator.evaluate($0, parameters) }
            if let validation, !validation.loss.isFinite {
                throw TrainingError.validationLossNotFinite(epoch: epoch + 1, learningRate: partial.learningRate)
            }
            endEpoch(batches: starts.count, validation)
        } catch let error as TrainingError {
            // The numbers are spoilt: the next call starts again from the last state that was sound.
            try restore(state)
            throw error
        }
    }

    private func endEpoch(batches: Int, _ validation: Evaluation?) {
        var history = state.history
        let count = Double(training.count)
        history.steps += batches
        history.epochs.append(
            EpochRecord(
                epoch: history.epochs.count + 1, loss: partial.loss / count,
                accuracy: Double(partial.correct) / count, validation: validation,
                learningRate: partial.learningRate, gradientNorm: partial.gradientNorm / Double(batches)))
        partial = PartialEpoch()
        state = snapshot(history)
    }

    private func takeStep(
        _ samples: ArraySlice<Int>, _ position: TrainingPosition, _ learningRate: Double
    ) throws -> (loss: Double, correct: Int, gradientNorm: Double) {
        batches.plan.refresh(parameters, threads: settings.threads)
        let result = try batches.run(samples, step: position.step)
        let norm = update.apply(
            to: parameters, result.workspaces, step: position.step + 1, learningRate: learningRate,
            threads: settings.threads)
        guard result.loss.isFinite, norm.isFinite else {
            throw TrainingError.lossNotFinite(
                epoch: position.epoch + 1, batch: position.batch + 1, learningRate: learningRate)
        }
        parameters.moveRunningStatistics(batches.plan, result.workspaces)
        return (result.loss, result.correct, norm)
    }

    private func snapshot(_ history: TrainingHistory) -> TrainingState {
        let weights = parameters.tensors(prefix: "weight/")
        var tensors = weights.merging(update.state) { first, _ in first }
        if settings.remembersBest, let best = history.bestEpoch {
            // An epoch has just ended, and was the best, where the history is longer than that of the state.
            let isNew = best == history.epochs.count && best > state.epoch
            let source = isNew ? parameters.tensors() : state.bestWeights ?? [:]
            for (name, tensor) in source { tensors["best/" + name] = tensor }
        }
        return TrainingState(history: history, tensors: tensors, partial: partial)
    }
}

extension Duration {
    fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
