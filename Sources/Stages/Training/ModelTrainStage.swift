import Datasets
import NeuralNetwork
public import Pipeline
import Reporting
import Training

/// Fits a network to labelled images.
public struct ModelTrainStage: Stage {
    public static let name = "model.train"
    public static let version = 2
    public static let summary = "Trains a network on labelled images, and keeps loss and accuracy of every epoch."
    public static let details = """
        Weights start as PyTorch's layers draw theirs, from 'seed'. The last linear layer gets one output for each class \
        of the data set. The same seed gives the same bits for any number of threads, and after an interruption training \
        goes on from the step it had come to.
        """

    static let dataset = Input<DatasetArtifact>("dataset", "The labelled images to learn from.")
    static let validation = OptionalInput<DatasetArtifact>("validation", "Images to measure on after each epoch.")
    static let model = Output("model", kind: "model", "`model.json` and `model.safetensors`")
    static let history = Output(
        "history", kind: "history",
        "`/loss`, `/accuracy`, `/validation_loss`, `/validation_accuracy`, `/learning_rate`, `/gradient_norm` [epochs]")
    public static let inputs: [any InputPort] = [dataset, validation]
    public static let outputs = [model, history]

    /// How images become the network's input.
    enum Standardization: String, ParameterChoice {
        /// Minus the mean and divided by the standard deviation of the training images, by channel.
        case dataset
        /// Pixels in [0, 1] as they are.
        case none
    }

    /// How the learning rate changes.
    enum Schedule: String, ParameterChoice {
        case constant, cosine
    }

    /// How gradients change the weights.
    enum OptimizerName: String, ParameterChoice {
        case sgd, adam, adamw
    }

    @Parameter("Name of a built-in architecture or path of a network file.") var architecture: ArchitectureReference
    @Parameter("Passes over the images.", in: 1...10_000) var epochs: Int = 10
    @Parameter("Images of one step.", in: 1...65_536) var batchSize: Int = 128
    @Parameter("How gradients change the weights.") var optimizer: OptimizerName = .sgd
    @Parameter(
        "Step size; the optimizer's usual one if absent: 0.01 for sgd, 0.001 for adam and adamw.", in: 1e-9...1000)
    var learningRate: Double?
    @Parameter("Momentum of sgd.", in: 0...0.9999) var momentum: Double = 0.9
    @Parameter("Pull of the weights towards zero.", in: 0...10) var weightDecay: Double = 0
    @Parameter("How the learning rate changes over the steps.") var schedule: Schedule = .constant
    @Parameter("Share of the images set aside to measure on, where no validation set is given.", in: 0...0.9)
    var validationShare: Double = 0.1
    @Parameter("Whether the weights of the epoch with the best validation accuracy are kept, and not the last ones.")
    var best: Bool = false
    @Parameter("How images are standardised before the first layer.") var standardize: Standardization = .dataset
    @Parameter("Seed of the start weights, of the order of images, of dropout and of the validation share.", in: 0...)
    var seed: Int = 0

    public init() {}

    public func check(_ io: CheckIO) throws {
        let network: Network
        do {
            network = try architecture.network(io.resolver)
        } catch let error as StageError {
            return io.problem(parameter: "architecture", "\(error.place): \(error.what)", fix: error.fix)
        }
        guard MemoryLimit.allows(network, io) else { return }
        if network.scoreCount == nil {
            io.problem(
                parameter: "architecture",
                "the network ends in a map of shape \(network.outputShape), not in class scores",
                fix: "end it with a linear layer, or with adaptive_average_pooling of size 1 behind a convolution")
        }
        guard let images = io.description(of: Self.dataset) else { return }
        let inputs: [(any InputPort, DatasetSummary?)] = [
            (Self.dataset, images), (Self.validation, io.description(of: Self.validation)),
        ]
        for case (let input, let summary?) in inputs where summary.sampleShape != network.inputShape {
            let error = NetworkError.wrongInput(expected: network.inputShape, found: summary.sampleShape)
            io.problem(input: input, error.what, fix: error.fix)
        }
        if let other = io.description(of: Self.validation), other.classNames != images.classNames {
            io.problem(
                input: Self.validation,
                "its classes (\(other.classNames.prefix(4).joined(separator: ", "))…) are not those of 'dataset', so labels would mean other things",
                fix: "take a validation set with the same classes in the same order")
        }
        if best, validationShare == 0, !io.isConnected(Self.validation) {
            io.problem(
                parameter: "best", "there is no validation set to tell the best epoch by",
                fix: "connect 'validation', or set 'validation_share' above 0")
        }
        if images.classNames.isEmpty {
            io.problem(input: Self.dataset, "the images have no labels", fix: "take a data set with labels")
        }
        let classes = max(images.classNames.count, 1)
        io.describe(
            Self.model,
            as: ModelSummary(network: (try? network.withClasses(classes)) ?? network, classNames: images.classNames))
    }

    public func run(_ io: StageIO) throws {
        let dataset = try io.read(Self.dataset).dataset
        guard dataset.labels != nil else {
            throw StageError("the images have no labels", fix: "take a data set with labels", place: "input 'dataset'")
        }
        let source = try DatasetSource(dataset, io)
        let given = try io.read(Self.validation).map { try DatasetSource($0.dataset, io) }
        let split = source.split(validationShare: given == nil ? validationShare : 0, seed: seed)
        let network = try architecture.network(io.resolver).withClasses(dataset.classNames.count)
        var model = Model(randomlyInitialized: network, seed: seed, input: try contract(split.training, io))
        model.classNames = dataset.classNames

        let trainer = try Trainer(
            model, training: split.training, validation: given ?? split.validation, settings: settings(io))
        let checkpoints = try io.checkpoints(layout: TrainingCheckpoint.layout)
        let resumed: TrainingState? = try checkpoints.load { checkpoint in
            guard let state = try TrainingCheckpoint.state(checkpoint) else { return nil }
            try trainer.restore(state)
            return state
        }
        if let resumed { io.log("goes on after epoch \(resumed.epoch), batch \(resumed.partial.batches)") }
        let makeCheckpoint = { try TrainingCheckpoint.make(trainer.currentState) }
        // The weights, and what the optimizer remembers of each.
        let size = network.parameterCount * 4 * 3
        try checkpoints.savingWhenCancelled(makeCheckpoint) {
            try trainer.run { progress in
                let position = progress.position
                io.progress(
                    position.step + 1, of: position.steps, unit: "steps",
                    note: "epoch \(position.epoch + 1)/\(epochs), loss \(Self.short(progress.loss)), accuracy "
                        + "\(Self.short(progress.accuracy)), "
                        + "\(NumberFormat.count.text(progress.imagesPerSecond)) images/s")
                try io.checkCancelled()
                checkpoints.saveIfDue(bytes: size, makeCheckpoint)
            } eachEpoch: { state in
                io.log(Self.line(state.history.epochs.last!))
            }
        }
        let trained = best ? trainer.bestModel : trainer.model
        try ModelArtifact.write(trained, to: Self.model, io)
        try TrainingRecord.write(trainer.state.history, to: Self.history, io)
        try TrainingRecord.show(trainer.state.history, network: trained.network, samples: split.training.count, io)
    }

    /// Mean and deviation of the images that are learned from, by channel; those set aside do not count.
    private func contract(_ source: TrainingSubset, _ io: StageIO) throws -> InputContract {
        guard standardize == .dataset else { return .unit }
        let channels = source.sampleShape[0]
        let positions = source.sampleShape[1] * source.sampleShape[2]
        var (sums, squares) = ([Double](repeating: 0, count: channels), [Double](repeating: 0, count: channels))
        var pixels = [Float](repeating: 0, count: channels * positions)
        for sample in 0..<source.count {
            try pixels.withUnsafeMutableBufferPointer { try source.fill(sample, into: $0) }
            for channel in 0..<channels {
                for value in pixels[channel * positions..<(channel + 1) * positions] {
                    sums[channel] += Double(value)
                    squares[channel] += Double(value) * Double(value)
                }
            }
        }
        let count = Double(source.count * positions)
        let means = sums.map { $0 / count }
        return InputContract(
            mean: means.map(Float.init),
            // A channel that never changes stays as it is.
            std: zip(squares, means).map { square, mean in
                let variance = square / count - mean * mean
                return variance > 1e-12 ? Float(variance.squareRoot()) : 1
            })
    }

    private func settings(_ io: StageIO) -> TrainingSettings {
        let type = Optimizers.named(optimizer.rawValue)!
        var settings = TrainingSettings()
        settings.epochs = epochs
        settings.batchSize = batchSize
        settings.optimizer = type.init(OptimizerOptions(momentum: momentum, weightDecay: weightDecay))
        settings.learningRate = learningRate ?? type.usualLearningRate
        settings.schedule = schedule == .cosine ? CosineSchedule() : ConstantSchedule()
        settings.seed = seed
        settings.remembersBest = best
        settings.threads = io.threads
        return settings
    }

    private static func line(_ record: EpochRecord) -> String {
        var line = "epoch \(record.epoch): loss \(short(record.loss)), accuracy \(short(record.accuracy))"
        if let validation = record.validation {
            line += ", validation loss \(short(validation.loss)), accuracy \(short(validation.accuracy))"
        }
        return line
    }

    private static func short(_ value: Double) -> String { NumberFormat.automatic.text(value) }
}
