import Datasets
import Dispatch
import HDF5Files
import JSONValues
import NeuralNetwork
public import Pipeline
import Synchronization
import Tensors

/// Writes the activations of chosen layers for every image of a data set.
public struct ActivationsExtractStage: Stage {
    public static let name = "activations.extract"
    public static let version = 1
    public static let summary = "Runs images through a network and writes what chosen layers answer to HDF5."
    public static let details = """
        One dataset a layer, named as the layer: [samples, channels, height, width] or [samples, features]. Layers are \
        names or shell-style patterns (`features.*`); a convolution's name gives its output before the ReLU, the ReLU's \
        name that after it. Memory stays flat in the number of images.
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
                layers: nodes.map { (network.nodes[$0].name, shape(network.shapes[$0])) },
                count: io.description(of: Self.dataset)?.count))
    }

    public func run(_ io: StageIO) throws {
        let model = try io.read(Self.model).model
        let dataset = try io.read(Self.dataset).dataset
        let network = model.network
        let nodes = try LayerChoice.nodes(layers, of: network)
        let logits = predictions && network.shapes[network.logitsNode].count == 1 ? network.logitsNode : nil
        let bytes = nodes.reduce(0) { $0 + shape(network.shapes[$1]).elementCount * 4 }
        // Where a sample's activations fill tens of megabytes, chunks get smaller: a rule of the request alone.
        let batch = min(PlanRequest.usualBatch(for: network.inputShape), max((64 << 20) / bytes, 1))
        var request = PlanRequest(batch: batch)
        request.activations = Set(nodes + [logits].compactMap { $0 })
        request.algorithm = algorithm
        let runner = try NetworkRunner(model, request, threads: io.threads)

        let output = try HDF5Output(Self.activations, io)
        try output.file.setAttribute("layers", .strings(nodes.map { network.nodes[$0].name }))
        try output.file.setAttribute("pool", .string(pool.rawValue))
        var writers: [Int: HDF5RowWriter] = [:]
        for node in nodes {
            let shape = shape(network.shapes[node])
            writers[node] = try HDF5RowWriter(
                output.file, "/" + network.nodes[node].name, type == .float32 ? .float32 : .float16,
                rows: dataset.count, rowShape: shape,
                layout: HDF5Layout(chunk: [min(Self.rowsPerChunk(shape), dataset.count)] + shape))
        }
        let predicted = RowBuffer(rows: dataset.count, rowCount: 1)
        let statistics = Mutex(nodes.map { _ in RunningMoments() })
        let writing = WriteBehind()
        let blocks = DatasetBlocks(dataset, runner, io, bytesPerSample: bytes)
        // One set is written while the other is filled.
        let sets = (0..<2).map { _ in
            Dictionary(
                uniqueKeysWithValues: nodes.map {
                    ($0, RowBuffer(rows: blocks.blockSize, rowCount: shape(network.shapes[$0]).elementCount))
                })
        }
        try blocks.forEach { range, run in
            let buffers = sets[range.lowerBound / blocks.blockSize % 2]
            try run { rows, tap, values in
                guard case .activation(let node) = tap else { return }
                if node == logits {
                    let classes = network.shapes[node][0]
                    for (index, row) in rows.enumerated() {
                        let scores = UnsafeBufferPointer(rebasing: values[index * classes..<(index + 1) * classes])
                        let best = scores.indices.max { scores[$0] < scores[$1] }!
                        // Whole numbers up to 2²⁴ are exact in 32 bits.
                        predicted.pointer(toRow: range.lowerBound + row).pointee = Float(best)
                    }
                }
                guard let buffer = buffers[node] else { return }
                pooled(values.baseAddress!, network.shapes[node], rows, into: buffer)
            }
            let pending = WritableRows(nodes.map { (writers[$0]!, buffers[$0]!) })
            try writing.submit {
                for (index, (writer, buffer)) in pending.rows.enumerated() {
                    let values = buffer.values(rows: range.count)
                    try writer.append(values)
                    let moments = RunningMoments(values)
                    statistics.withLock { $0[index].add(moments) }
                }
            }
        }
        try writing.finish()
        for node in nodes {
            let dataset = try writers[node]!.finish()
            try output.name(
                dataset,
                shape(network.shapes[node]).count == 3
                    ? ["samples", "channels", "height", "width"] : ["samples", "features"])
        }
        try output.writeSamples(labels: dataset.labels, classNames: dataset.classNames, sampleIDs: dataset.sampleIDs)
        if logits != nil {
            try output.write(predicted.values.map { Int($0) }, to: "/predictions", axes: ["samples"])
        }
        try output.close()
        io.metric("images", Double(dataset.count))
        try ActivationsSection.write(
            zip(nodes, statistics.withLock { $0 }).map { node, moments in
                (network.nodes[node].name, shape(network.shapes[node]), moments)
            }, images: dataset.count, pool: pool.rawValue, io)
    }

    /// Shape of one sample's stored activation.
    private func shape(_ layer: [Int]) -> [Int] { pool == .none || layer.count == 1 ? layer : [layer[0]] }

    private func pooled(
        _ values: UnsafePointer<Float>, _ layer: [Int], _ rows: Range<Int>, into buffer: RowBuffer
    ) {
        guard pool != .none, layer.count == 3 else { return buffer.set(rows, values) }
        let positions = layer[1] * layer[2]
        let center = layer[1] / 2 * layer[2] + layer[2] / 2
        for (index, row) in rows.enumerated() {
            let target = buffer.pointer(toRow: row)
            for channel in 0..<layer[0] {
                let map = UnsafeBufferPointer(
                    start: values + (index * layer[0] + channel) * positions, count: positions)
                target[channel] =
                    switch pool {
                    case .mean: Float(map.reduce(0.0) { $0 + Double($1) } / Double(positions))
                    case .max: map.max()!
                    default: map[center]
                    }
            }
        }
    }

    /// Whole samples of about 256 KB: small enough to read one image, large enough to read all.
    private static func rowsPerChunk(_ shape: [Int]) -> Int {
        max(1, min(1024, (256 << 10) / (shape.elementCount * 4)))
    }
}

/// Writers and the rows that are theirs, on the way to the writing thread. `@unchecked Sendable`: handed over, not shared.
private struct WritableRows: @unchecked Sendable {
    let rows: [(HDF5RowWriter, RowBuffer)]
    init(_ rows: [(HDF5RowWriter, RowBuffer)]) { self.rows = rows }
}
