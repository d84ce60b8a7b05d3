import ModelFormats
import NeuralNetwork
public import Pipeline

/// Brings a network and its weights together.
public struct ModelLoadStage: Stage {
    public static let name = "model.load"
    public static let version = 1
    public static let summary = "Loads a network with weights from a file, or with seeded random weights."
    public static let details = """
        What a file of weights is, its content says: \(WeightFileFormat.namesInWords). Names are PyTorch's \
        (`features.0.weight`); a prefix that all of them share, such as `module.` or `model.`, does not count, and \
        `rename` says what else is called otherwise: `{"encoder.*": "features.*"}`. Half, bfloat16 and double precision \
        become 32-bit floats. Random weights are drawn as PyTorch's layers draw theirs, each tensor from a stream of its \
        own.
        """

    static let model = Output("model", kind: "model", "`model.json` (layers, input, classes) and `model.safetensors`")
    public static let outputs = [model]

    @Parameter("Name of a built-in architecture (see 'convscope models') or path of a network file.")
    var architecture: ArchitectureReference
    @Parameter("Path of a file of weights, or \"random\".") var weights: WeightsReference = .random
    @Parameter("Names in the file to names in the network; one '*' stands for any characters.")
    var rename: RenameTable = .empty
    @Parameter("False leaves parameters random that the file lacks, and leaves out what the network has no place for.")
    var strict: Bool = true
    @Parameter("Seed of random weights.", in: 0...) var seed: Int = 0
    @Parameter("How images become the network's input; the architecture's usual way if absent.")
    var input: InputContractParameter?
    @Parameter("Path of a file with the names of the classes: one a line, a JSON list, or ImageNet's class index.")
    var classes: InputFile?

    public init() {}

    public func check(_ io: CheckIO) throws {
        let network: Network
        do {
            network = try architecture.network(io.resolver)
        } catch let error as StageError {
            return io.problem(parameter: "architecture", "\(error.place): \(error.what)", fix: error.fix)
        }
        guard MemoryLimit.allows(network, io) else { return }
        checkInput(of: network, io)
        if let file = weights.file { check(file, for: network, io) }
        io.describe(Self.model, as: ModelSummary(network: network, classNames: checkedClasses(of: network, io)))
    }

    public func run(_ io: StageIO) throws {
        let network = try architecture.network(io.resolver)
        var model: Model
        var omissions: String?
        if let file = weights.file {
            (model, omissions) = try loaded(file, into: network, io)
        } else {
            model = Model(randomlyInitialized: network, seed: seed)
        }
        model.input = contract
        if let classes { model.classNames = try ClassNames.read(io.path(of: classes)) }
        try ModelArtifact.write(model, to: Self.model, io)
        io.metric("parameters", Double(network.parameterCount))
        try ModelSection.write(model, origin: weights.file?.path, omissions: omissions, io)
    }

    private var contract: InputContract { input?.contract ?? architecture.usualInput ?? .unit }

    /// The model, and in words what the file lacked or had too much of.
    private func loaded(
        _ reference: InputFile, into network: Network, _ io: StageIO
    ) throws -> (model: Model, omissions: String?) {
        let file = try openWeightFile(io.path(of: reference))
        let matching = matching(file, network)
        if let problem = matching.problems(isStrict: strict).first {
            throw StageError(problem.what, fix: problem.fix, place: reference.path)
        }
        if !matching.prefix.isEmpty { io.log("names in the file begin with '\(matching.prefix)'") }
        if let bookkeeping = matching.bookkeeping { io.log(bookkeeping) }
        if let omissions = matching.omissions { io.warn("\(reference.path): \(omissions)") }
        do {
            let weights = try matching.weights(from: file, for: network, seed: seed)
            return (try Model(network: network, weights: weights), matching.omissions)
        } catch let error as NetworkError {
            throw StageError(error.what, fix: error.fix, place: reference.path)
        }
    }

    private func matching(_ file: any WeightFile, _ network: Network) -> WeightMatching {
        WeightMatching(file.weights, to: network, rename: rename.rules, unused: architecture.unusedWeights)
    }

    // MARK: - Mistakes

    /// Compares names and shapes in the file with what the network needs.
    private func check(_ reference: InputFile, for network: Network, _ io: CheckIO) {
        do {
            let file = try openWeightFile(io.resolver.absolute(reference.path))
            for problem in matching(file, network).problems(isStrict: strict) {
                io.problem(
                    parameter: problem.rule == nil ? "weights" : "rename",
                    problem.rule == nil ? "\(reference.path): \(problem.what)" : problem.what, fix: problem.fix)
            }
        } catch {
            io.problem(parameter: "weights", "\(reference.path): \(error.what)", fix: error.fix)
        }
    }

    private func checkInput(of network: Network, _ io: CheckIO) {
        let channels = network.inputShape[0]
        guard !contract.fits(channels: channels) else { return }
        io.problem(
            parameter: "input",
            "does not fit \(channels) input channel\(channels == 1 ? "" : "s"): mean and std need one value\(channels == 1 ? "" : ", or \(channels)")",
            fix: "write one value for each channel; std and range must be above 0")
    }

    private func checkedClasses(of network: Network, _ io: CheckIO) -> [String] {
        guard let classes else { return [] }
        do {
            let names = try ClassNames.read(io.resolver.absolute(classes.path))
            if names.count != network.outputShape[0] {
                io.problem(
                    parameter: "classes",
                    "'\(classes.path)' names \(names.count) classes, but the network has \(network.outputShape[0]) outputs",
                    fix: "use the list that the network was trained with")
            }
            return names
        } catch {
            let error = error as? StageError ?? StageError("\(error)", place: classes.path)
            io.problem(parameter: "classes", "\(error.place): \(error.what)", fix: error.fix)
            return []
        }
    }
}
