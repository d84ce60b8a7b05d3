import Datasets
import HDF5Files
import NeuralNetwork
public import Pipeline
import Tensors

/// Writes the activations of chosen layers for every image of a data set.
public struct ActivationsExtractStage: Stage {
    public static let name = "activations.extract"
    public static let version = 3
    public static let summary = "Runs images through a network and writes what chosen layers answer to HDF5."
    public static let details = """
        One dataset a layer, named as the layer: [samples, channels, height, width] or [samples, features]. Layers are \
        names or shell-style patterns (`features.*`); a convolution's name gives its output before the ReLU, the ReLU's \
        name that after it. Memory stays flat in the number of images, and an interrupted extraction goes on where it was.
        """

    static let model = Input<ModelArtifact>("model", "The network.")
    static let dataset = Input<DatasetArtifact>("dataset", "The images.")
    static let activations = Output(
        "activations", kind: "activations",
        "`/<layer>` [samples, channels, height, width] or [samples, features], `/labels`, `/sample_ids`, `/predictions`"
    )
    public static let inputs: [any InputPort] = [model, dataset]
    public static let outputs = [activations]

    /// What becomes of a map.
    enum Pooling: String, ParameterChoice {
        case none, mean, max, center
    }

    /// How numbers are stored.
    enum Storage: String, ParameterChoice {
        case float32, float16
    }

    @Parameter("Layers by name or pattern; all layers if absent.") var layers: [String] = ["*"]
    @Parameter("What becomes of a map: all of it, or its mean, maximum or centre position.") var pool: Pooling = .none
    @Parameter("Stored as float32 or float16.") var type: Storage = .float32
    @Parameter("Whether the predicted class of each image is written too, which takes the whole network.")
    var predictions: Bool = true
    @Parameter("'direct' avoids the fast convolution algorithm for the sake of the last digit.")
    var algorithm: PlanRequest.Algorithm = .automatic

    public init() {}

    public func validate() throws(ParameterError) {
        try LayerChoice.validate(layers)
    }

    public func check(_ io: CheckIO) throws {
        ModelAndDataset.check(io, Self.model, Self.dataset)
        guard let network = io.description(of: Self.model)?.network else { return }
        let nodes = LayerChoice.check(layers, of: network, parameter: "layers", io)
        LayerChoice.refuseReserved(nodes, of: network, parameter: "layers", io)
        io.describe(
            Self.activations,
            as: ActivationsSummary(
                layers: nodes.map { (LayerOfActivations(network.nodes[$0]), shape(network.shapes[$0])) },
                count: io.description(of: Self.dataset)?.count))
    }

    public func run(_ io: StageIO) throws {
        let model = try io.read(Self.model).model
        let dataset = try io.read(Self.dataset).dataset
        let network = model.network
        let layers = try LayerChoice.nodes(layers, of: network).map { ExtractedLayer($0, of: network, pool: pool) }
        let logits = predictions && network.scoreCount != nil ? network.logitsNode : nil
        let bytes = layers.reduce(0) { $0 + $1.shape.elementCount * 4 }
        // Where a sample's activations fill tens of megabytes, chunks get smaller: a rule of the request alone.
        let batch = min(PlanRequest.usualBatch(for: network.inputShape), max((64 << 20) / bytes, 1))
        var request = PlanRequest(batch: batch)
        request.activations = Set(layers.map(\.node) + [logits].compactMap { $0 })
        request.algorithm = algorithm
        let runner = try NetworkRunner(model, request, threads: io.threads)

        let checkpoints = try io.checkpoints(layout: 1)
        let contents = ExtractionFile.Contents(
            layers: layers, type: type == .float32 ? .float32 : .float16, hasPredictions: logits != nil,
            dataset: dataset, chunk: batch)
        let kept = try checkpoints.load {
            try ExtractionFile($0, contents, in: checkpoints.folder, check: io.checkCancelled)
        }
        if let kept { io.log("goes on after \(kept.samplesDone) of \(dataset.count) images") }
        let file = try kept ?? ExtractionFile(contents, in: checkpoints.folder, io)
        let writing = WriteBehind()
        let checkpoint = { @Sendable in
            try writing.finish()
            return try file.checkpoint()
        }
        try checkpoints.savingWhenCancelled(checkpoint) {
            let blocks = DatasetBlocks(dataset, runner, io, bytesPerSample: bytes)
            // One set is written while the other is filled.
            let sets = (0..<2).map { _ in
                ExtractionBuffers(layers, rows: blocks.blockSize)
            }
            try blocks.forEach(from: file.samplesDone) { index, range, run in
                let buffers = sets[index % 2]
                try run { rows, tap, values in
                    guard case .activation(let node) = tap else { return }
                    if node == logits { buffers.keepBest(of: values, rows, classes: network.shapes[node][0]) }
                    buffers.keep(values, of: node, rows)
                }
                try writing.submit {
                    try file.append(buffers.layers, predicted: buffers.predicted, count: range.count)
                    checkpoints.saveIfDue { try file.checkpoint() }
                }
            }
            try writing.finish()
        }
        try file.finish(at: io.path(Self.activations, "h5"))
        io.metric("images", Double(dataset.count))
        let numbers = zip(layers, file.moments).map { layer, moments in (layer.name, layer.shape, moments) }
        warn(numbers, io)
        try ActivationsSection.write(numbers, images: dataset.count, pool: pool.rawValue, io)
    }

    /// Says which layers hold numbers that tell nothing.
    private func warn(_ layers: [(name: String, shape: [Int], moments: RunningMoments)], _ io: StageIO) {
        func warn(_ what: String, where isBad: (RunningMoments) -> Bool) {
            let names = layers.filter { isBad($0.moments) }.map(\.name)
            guard let first = names.first else { return }
            io.warn((names.count == 1 ? "'\(first)' holds " : "\(names.count) layers, '\(first)' first, hold ") + what)
        }
        warn("values that are infinite or not a number") { !$0.isFinite }
        guard type == .float16 else { return }
        // From here on the nearest half is infinity.
        let limit: Float = 65_520
        warn("values beyond ±65504, which float16 stores as infinite; use float32") {
            $0.isFinite && ($0.maximum >= limit || $0.minimum <= -limit)
        }
    }

    /// Shape of one sample's stored activation.
    private func shape(_ layer: [Int]) -> [Int] { ExtractedLayer.shape(layer, pool) }
}
