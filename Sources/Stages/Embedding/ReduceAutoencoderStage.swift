import Embedding
import HDF5Files
public import Pipeline
import Tensors

/// Squeezes points through a network with few numbers in the middle.
public struct ReduceAutoencoderStage: Stage {
    public static let name = "reduce.autoencoder"
    public static let version = 1
    public static let summary =
        "Autoencoder: a network learns to make points again from few numbers, which are their embedding."
    public static let details = """
        Dense layers with ReLU, mirrored behind the code, which is linear; with `"hidden": []` it spans the principal \
        components. Adam on the mean squared error. Some samples are held out of the fit: their error stands beside that of \
        a PCA of as many numbers. Same seed, same bytes, for any number of threads. Source: Hinton & Salakhutdinov, \
        Science 313 (2006) 504–507.
        """

    static let points = ListInput<PointSource>("points", PointSource.documentation)
    static let others = ListInput<PointSource>(
        "others", "Points of the same kind, to be encoded too.", isOptional: true)
    static let embedding = Output(
        "embedding", kind: "embedding",
        "`/embedding` [samples, dimensions], `/reconstruction_error` [samples] in squared units of the points by feature, "
            + "`/loss` [epochs], `/held_out` (positions), `/layers/<n>/weight` [inputs, outputs], `…/bias`, `/mean` [features], "
            + "`/labels`, `/sample_ids`; attributes `scale`, `held_out_error`, `pca_held_out_error`")
    static let placed = Output("placed", kind: "embedding", "`/embedding` of `others`", isOptional: true)
    public static let inputs: [any InputPort] = [points, others]
    public static let outputs = [embedding, placed]

    @Parameter("Numbers of the code.", in: 1...4096) var dimensions: Int = 2
    @Parameter("Widths of the layers before the code, mirrored after it; [] for none.", in: 1...16_384) var hidden:
        [Int] = [
            512, 128,
        ]
    @Parameter("Passes over the points.", in: 1...100_000) var epochs: Int = 30
    @Parameter("Points of a step.", in: 1...65_536) var batchSize: Int = 128
    @Parameter("Adam's step size; it falls to zero in the last half of the epochs.", in: 0.000001...1)
    var learningRate: Double = 0.001
    @Parameter("Share of the samples that the fit does not see.", in: 0...0.5) var heldOut: Double = 0.1
    var choice = PointsParameters()
    @Parameter("Seed of the weights, the order of points, and those held out.", in: 0...) var seed: Int = 0

    public init() {}

    public func validate() throws(ParameterError) {
        try choice.validate()
        guard hidden.count <= 16 else {
            throw ParameterError(parameter: "hidden", "has \(hidden.count) layers", fix: "name at most 16 widths")
        }
    }

    public func check(_ io: CheckIO) throws {
        let check = PointsCheck(io, Self.points, choice)
        if let features = check.features {
            let widths = [features] + hidden + [dimensions]
            // Weights, their gradient and Adam's two memories, of encoder and decoder.
            let needed = zip(widths, widths.dropFirst()).reduce(0) { $0 + MemoryLimit.bytes(of: $1.0, $1.1, 8) }
            if needed > MemoryLimit.bytes {
                io.problem(
                    parameter: "hidden",
                    "fitting these layers takes \(MemoryLimit.words(needed)), more than the "
                        + "\(MemoryLimit.words(MemoryLimit.bytes)) of memory here",
                    fix: "use narrower layers or fewer features")
            }
        }
        let others = PlacedPoints.check(Self.others, features: check.features, choice, io)
        io.describe(Self.embedding, as: EmbeddingSummary(count: check.samples, dimensions: dimensions))
        io.describe(Self.placed, as: EmbeddingSummary(count: others, dimensions: dimensions))
    }

    public func run(_ io: StageIO) throws {
        let points = try choice.read(Self.points, io)
        let split = HeldOut(samples: points.values.shape[0], share: heldOut, seed: seed)
        let fitted = split.heldOut.isEmpty ? points.values : points.values.rows(at: split.fitted)
        var losses: [Double] = []
        let network = try Autoencoder.fit(
            fitted, settings, threads: io.threads, checkCancellation: io.checkCancelled
        ) { progress in
            losses.append(progress.loss)
            io.progress(
                progress.epoch, of: epochs, unit: "epochs", note: "error \(EmbeddingSection.short(progress.loss))")
        }
        let codes = network.encode(points.values, threads: io.threads)
        let errors = network.errors(of: points.values, threads: io.threads)
        let comparison = try split.compare(
            errors, points.values, fitted: fitted, components: dimensions, seed: seed, io)
        let output = try HDF5Output(Self.embedding, io)
        try output.write(codes, to: "/embedding", axes: ["samples", "dimensions"])
        try output.write(errors, to: "/reconstruction_error", axes: ["samples"])
        try output.write(losses, to: "/loss", axes: ["epochs"])
        if !split.heldOut.isEmpty { try output.write(split.heldOut, to: "/held_out", axes: ["held_out"]) }
        for (index, layer) in network.layers.enumerated() {
            try output.write(layer.weight, to: "/layers/\(index)/weight", axes: ["inputs", "outputs"])
            try output.write(layer.bias, to: "/layers/\(index)/bias", axes: ["outputs"])
        }
        try output.write(network.mean, to: "/mean", axes: ["features"])
        try output.writeSamples(labels: points.labels, classNames: points.classNames, sampleIDs: points.sampleIDs)
        try output.file.setAttribute("scale", .number(Double(network.scale)))
        if let comparison {
            try output.file.setAttribute("held_out_error", .number(comparison.network))
            try output.file.setAttribute("pca_held_out_error", .number(comparison.pca))
            io.metric("held_out_error", comparison.network)
            io.metric("pca_held_out_error", comparison.pca)
        }
        try output.close()
        try PlacedPoints.place(Self.others, choice, besideFeatures: points.values.shape[1], to: Self.placed, io) {
            others in
            network.encode(others, threads: io.threads)
        }
        var metrics = [("error", losses.last ?? 0, "mean squared, by feature, in the last epoch")]
        if let comparison {
            metrics.append(("held out", comparison.network, "error of \(split.heldOut.count) samples not fitted to"))
            metrics.append(("PCA", comparison.pca, "error of the same samples from as many components"))
        }
        try EmbeddingSection.write(method: "Autoencoder", codes, points, axisNames: [], metrics: metrics, io)
    }

    private var settings: Autoencoder.Settings {
        var settings = Autoencoder.Settings()
        settings.dimensions = dimensions
        settings.hidden = hidden
        settings.epochs = epochs
        settings.batchSize = batchSize
        settings.learningRate = learningRate
        settings.seed = seed
        return settings
    }
}
