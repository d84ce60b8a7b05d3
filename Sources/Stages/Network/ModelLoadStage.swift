import ModelFormats
import NeuralNetwork
public import Pipeline

/// Brings a network and its weights together.
public struct ModelLoadStage: Stage {
    public static let name = "model.load"
    public static let version = 3
    public static let summary = "Loads a network with weights from a file, or with seeded random weights."
    public static let details = """
        What a file of weights is, its content says: \(WeightFileFormat.namesInWords). An ONNX model or a whole \
        Keras model brings its network along: leave `architecture` out. Otherwise names are PyTorch's \
        (`features.0.weight`); a prefix that all of them share, such as `module.` or `model.`, does not count, and \
        `rename` says what else is called otherwise: `{"encoder.*": "features.*"}`. Half, bfloat16 and double \
        precision become 32-bit floats. Random weights are drawn as PyTorch's layers draw theirs, each tensor from a \
        stream of its own.
        """

    static let model = Output("model", kind: "model", "`model.json` (layers, input, classes) and `model.safetensors`")
    public static let outputs = [model]

    @Parameter(
        "Name of a built-in architecture (see 'convscope models') or path of a network file; absent for whole models.")
    var architecture: ArchitectureReference?
    @Parameter("Path of a file of weights, or \"random\".") var weights: WeightsReference = .random
    @Parameter("Names in the file to names in the network; one '*' stands for any characters.")
    var rename: RenameTable = .empty
    @Parameter("False leaves parameters random that the file lacks, and leaves out what the network has no place for.")
    var strict: Bool = true
    @Parameter("Seed of random weights.", in: 0...) var seed: Int = 0
    @Parameter("[height, width] of the images, or one number for both; the file's or the architecture's if absent.")
    var imageSize: ImageSize?
    @Parameter("How images become the network's input; the file's or the architecture's usual way if absent.")
    var input: InputContractParameter?
    @Parameter("Path of a file with the names of the classes: one a line, a JSON list, or ImageNet's class index.")
    var classes: InputFile?
    @Parameter("Outputs of the last layer, where weights were trained for other classes than the architecture's own.")
    var classCount: Int?

    public init() {}

    public func externalFiles(_ resolver: PathResolver) throws -> [ExternalFile]? {
        guard let weights = weights.file else { return nil }
        let file = try resolver.file(weights.path, parameter: "weights")
        // What is wrong with the file itself, the check says.
        guard let names = try? ModelFormats.externalFiles(ofWeights: file.path), !names.isEmpty else { return nil }
        let folder = weights.path.lastIndex(of: "/").map { weights.path[...$0] } ?? ""
        let beside = try names.map { try resolver.file(folder + $0, parameter: "weights", name: $0) }
        let others = [("architecture", architecture?.inputFiles.first?.file), ("classes", classes)]
        return try [file] + beside
            + others.compactMap { parameter, file in
                try file.map { try resolver.file($0.path, parameter: parameter) }
            }
    }

    public func validate() throws(ParameterError) {
        guard architecture == nil else { return }
        guard weights.file != nil else {
            throw ParameterError(
                parameter: "architecture", "is required: random weights need a network",
                fix: "add \"architecture\": a name that 'convscope models' lists, or the path of a network file")
        }
        guard rename.rules.isEmpty else {
            throw ParameterError(
                parameter: "rename", "has no use where one file holds network and weights: their names agree",
                fix: "remove it, or add \"architecture\"")
        }
        guard classCount == nil else {
            throw ParameterError(
                parameter: "class_count", "has no use where one file holds network and weights: it has its classes",
                fix: "remove it, or add \"architecture\"")
        }
    }

    public func check(_ io: CheckIO) throws {
        let origin = architecture == nil ? "weights" : "architecture"
        let (network, file): (Network, ModelFile?)
        do {
            (network, file) = try open(io.resolver)
        } catch let error as StageError {
            guard Self.changing.contains(error.place) else {
                return io.problem(parameter: origin, "\(error.place): \(error.what)", fix: error.fix)
            }
            return io.problem(parameter: error.place, error.what, fix: error.fix)
        }
        guard MemoryLimit.allows(network, parameter: origin, io) else { return }
        checkInput(contract(file), of: network, io)
        if file == nil, let reference = weights.file { check(reference, for: network, io) }
        io.describe(Self.model, as: ModelSummary(network: network, classNames: checkedClasses(of: network, io)))
    }

    public func run(_ io: StageIO) throws {
        let (network, file) = try open(io.resolver)
        var model: Model
        var omissions: String?
        if let file {
            model = try file.model()
        } else if let reference = weights.file {
            (model, omissions) = try loaded(reference, into: network, io)
        } else {
            model = Model(randomlyInitialized: network, seed: seed)
        }
        model.input = contract(file)
        if let classes { model.classNames = try ClassNames.read(io.path(of: classes)) }
        try ModelArtifact.write(model, to: Self.model, io)
        io.metric("parameters", Double(network.parameterCount))
        try ModelSection.write(model, origin: weights.file?.path, omissions: omissions, io)
    }

    /// The network, and the file that it is from where that holds the weights too.
    private func open(_ resolver: PathResolver) throws -> (network: Network, file: ModelFile?) {
        if let architecture { return (try changed(architecture.network(resolver)), nil) }
        do {
            let path = resolver.absolute(weights.text)
            if let file = try openModelFile(path, imageSize: imageSize?.lengths) { return (file.network, file) }
        } catch {
            throw StageError(error.what, fix: error.fix, place: weights.text)
        }
        throw StageError(
            "holds weights and no network",
            fix: "add \"architecture\": a name that 'convscope models' lists, or the path of a network file",
            place: weights.text)
    }

    /// Parameters that change an architecture's network.
    private static let changing = ["class_count", "image_size"]

    /// - Throws: `StageError` at one of `changing`.
    private func changed(_ network: Network) throws(StageError) -> Network {
        var network = network
        func change(_ parameter: String, _ changed: () throws(NetworkError) -> Network) throws(StageError) {
            do { network = try changed() } catch {
                throw StageError(error.what, fix: error.fix, place: parameter)
            }
        }
        if let classCount {
            try change("class_count") { () throws(NetworkError) in try network.withClasses(classCount) }
        }
        if let imageSize {
            let shape = [network.inputShape[0]] + imageSize.lengths
            try change("image_size") { () throws(NetworkError) in try network.withInput(shape: shape) }
        }
        return network
    }

    /// How images become the input: as the pipeline says, or else as the file or the architecture has it.
    private func contract(_ file: ModelFile?) -> InputContract {
        input?.contract ?? file?.input ?? architecture?.usualInput ?? .unit
    }

    /// The model, and in words what the file lacked or had too much of.
    private func loaded(
        _ reference: InputFile, into network: Network, _ io: StageIO
    ) throws -> (model: Model, omissions: String?) {
        let file = try openWeightFile(io.path(of: reference))
        let matching = matching(file, network)
        let problems = matching.problems(isStrict: strict)
        guard problems.isEmpty else { throw StageError(notFitting: problems, place: reference.path) }
        if !matching.prefix.isEmpty { io.log("names in the file begin with '\(matching.prefix)'") }
        if let bookkeeping = matching.bookkeeping { io.log(bookkeeping) }
        if let omissions = matching.omissions { io.warn("\(reference.path): \(omissions)") }
        if input == nil, architecture?.usualInput != nil, matching.usesSecondNames {
            io.warn(
                "\(reference.path): its names are not torchvision's, so its weights may want other pixels; "
                    + "weights of Keras and Caffe want \"input\": \"caffe\"")
        }
        do {
            let weights = try matching.weights(from: file, for: network, seed: seed)
            return (try Model(network: network, weights: weights), matching.omissions)
        } catch let error as NetworkError {
            throw StageError(error.what, fix: error.fix, place: reference.path)
        }
    }

    private func matching(_ file: any WeightFile, _ network: Network) -> WeightMatching {
        WeightMatching(file.weights, to: network, rename: rename.rules, published: architecture?.published ?? .same)
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

    private func checkInput(_ contract: InputContract, of network: Network, _ io: CheckIO) {
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
                    fix: "use the list that the network was trained with"
                        + (architecture == nil ? "" : ", or write \"class_count\": \(names.count) if it was for these"))
            }
            return names
        } catch {
            io.problem(parameter: "classes", "\(error.place): \(error.what)", fix: error.fix)
            return []
        }
    }
}
