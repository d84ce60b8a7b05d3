import Foundation
import JSONValues
import ModelFormats
import NeuralNetwork
public import Pipeline

/// Brings a network and its weights together.
public struct ModelLoadStage: Stage {
    public static let name = "model.load"
    public static let version = 1
    public static let summary = "Loads a network with weights from a file, or with seeded random weights."
    public static let details = """
        Weights come from a safetensors file whose tensors carry PyTorch's names (`features.0.weight`). Random weights are \
        drawn as PyTorch's layers draw theirs, each tensor from a stream of its own.
        """

    static let model = Output("model", kind: "model", "`model.json` (layers, input, classes) and `model.safetensors`")
    public static let outputs = [model]

    @Parameter("Name of a built-in architecture (see 'convscope models') or path of a network file.")
    var architecture: ArchitectureReference
    @Parameter("Path of a safetensors file, or \"random\".") var weights: WeightsReference = .random
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
        let channels = network.inputShape[0]
        if !contract.fits(channels: channels) {
            io.problem(
                parameter: "input",
                "does not fit \(channels) input channel\(channels == 1 ? "" : "s"): mean and std need one value\(channels == 1 ? "" : ", or \(channels)")",
                fix: "write one value for each channel; std and range must be above 0")
        }
        var names: [String] = []
        if let classes {
            do {
                names = try ClassNames.read(io.resolver.absolute(classes.path))
                if names.count != network.outputShape[0] {
                    io.problem(
                        parameter: "classes",
                        "'\(classes.path)' names \(names.count) classes, but the network has \(network.outputShape[0]) outputs",
                        fix: "use the list that the network was trained with")
                }
            } catch let error as StageError {
                io.problem(parameter: "classes", "\(error.place): \(error.what)", fix: error.fix)
            }
        }
        if let file = weights.file { check(file, network, io) }
        io.describe(Self.model, as: ModelSummary(network: network, classNames: names))
    }

    public func run(_ io: StageIO) throws {
        let network = try architecture.network(io.resolver)
        var model: Model
        if let file = weights.file {
            let tensors = try SafetensorsFile(path: io.path(of: file))
            do {
                model = try Model(network: network, weights: tensors.tensors(named: network.parameters.map(\.name)))
            } catch let error as NetworkError {
                throw StageError(error.what, fix: error.fix, place: file.path)
            }
        } else {
            model = Model(randomlyInitialized: network, seed: seed)
        }
        model.input = contract
        if let classes { model.classNames = try ClassNames.read(io.path(of: classes)) }
        try ModelArtifact.write(model, to: Self.model, io)
        io.metric("parameters", Double(network.parameterCount))
        try ModelSection.write(model, origin: weights.file?.path, io)
    }

    private var contract: InputContract { input?.contract ?? architecture.usualInput ?? .unit }

    /// Compares names and shapes in the header of the weights with what the network needs.
    private func check(_ file: InputFile, _ network: Network, _ io: CheckIO) {
        do {
            let tensors = try SafetensorsFile(path: io.resolver.absolute(file.path))
            let shapes = Dictionary(uniqueKeysWithValues: tensors.entries.map { ($0.name, $0.shape) })
            let missing = network.parameters.map(\.name).filter { shapes[$0] == nil }
            if !missing.isEmpty {
                let error = NetworkError.missingParameters(missing)
                io.problem(parameter: "weights", "\(file.path): \(error.what)", fix: error.fix)
            }
            for (name, _, specification) in network.parameters {
                guard let shape = shapes[name], shape != specification.shape else { continue }
                let error = NetworkError.wrongParameterShape(name: name, expected: specification.shape, found: shape)
                io.problem(parameter: "weights", "\(file.path): \(error.what)", fix: error.fix)
            }
        } catch {
            io.problem(parameter: "weights", "\(file.path): \(error.what)", fix: error.fix)
        }
    }
}
