import Embedding
import HDF5Files
public import Pipeline
import Tensors

/// Projects points onto the directions in which they vary most.
public struct ReducePCAStage: Stage {
    public static let name = "reduce.pca"
    public static let version = 1
    public static let summary =
        "Principal components: the directions in which points vary most, and the points seen along them."
    public static let details = """
        Signs follow scikit-learn: the entry of largest magnitude of each component is positive. Ratios are of the true \
        total variance. Source: Pearson, Philosophical Magazine 2 (1901) 559–572.
        """

    static let points = Input<PointSource>("points", "Images (their pixels in [0, 1]), activations, or an embedding.")
    static let embedding = Output(
        "embedding", kind: "embedding",
        "`/embedding` [samples, dimensions], `/explained_variance`, `/explained_variance_ratio` [dimensions], "
            + "`/components` [dimensions, features], `/mean` [features], `/labels`, `/sample_ids`")
    public static let inputs: [any InputPort] = [points]
    public static let outputs = [embedding]

    @Parameter("Number of components.", in: 1...4096) var dimensions: Int = 2
    @Parameter("Layer of the activations; needed where there are several.") var layer: String?
    @Parameter("Takes at most that many samples, from the start.", in: 1...) var limit: Int?
    @Parameter("Scales every component to unit variance.") var whiten: Bool = false
    @Parameter("Seed of the random directions that very large problems start from.", in: 0...) var seed: Int = 0

    public init() {}

    public func check(_ io: CheckIO) throws {
        let check = PointsCheck(io, Self.points, layer: layer, limit: limit)
        if let samples = check.samples, let features = check.features, dimensions > min(samples, features) {
            let error = EmbeddingError.tooManyComponents(
                dimensions, limit: min(samples, features), samples: samples, features: features)
            io.problem(parameter: "dimensions", error.what, fix: error.fix)
        }
        io.describe(Self.embedding, as: EmbeddingSummary(count: check.samples, dimensions: dimensions))
    }

    public func run(_ io: StageIO) throws {
        let points = try io.read(Self.points).points(layer: layer, limit: limit, io)
        let pca = try PCA.fit(
            points.values, components: dimensions, seed: seed, threads: io.threads,
            checkCancellation: io.checkCancelled)
        try io.checkCancelled()
        let scores = pca.transform(points.values, whiten: whiten, threads: io.threads)
        let output = try HDF5Output(Self.embedding, io)
        try output.write(scores, to: "/embedding", axes: ["samples", "dimensions"])
        try output.write(pca.explainedVariance, to: "/explained_variance", axes: ["dimensions"])
        try output.write(pca.explainedVarianceRatio, to: "/explained_variance_ratio", axes: ["dimensions"])
        try output.write(pca.components, to: "/components", axes: ["dimensions", "features"])
        try output.write(pca.mean, to: "/mean", axes: ["features"])
        try output.writeSamples(labels: points.labels, classNames: points.classNames, sampleIDs: points.sampleIDs)
        try output.close()
        let kept = pca.explainedVarianceRatio.reduce(0, +)
        io.metric("explained_variance_ratio", kept)
        try EmbeddingSection.write(
            method: "PCA", scores, points,
            axisNames: pca.explainedVarianceRatio.enumerated().map { index, ratio in
                "component \(index + 1): \(EmbeddingSection.percent(ratio)) of the variance"
            }, metrics: [("explained variance", kept, "kept by \(dimensions) of \(points.values.shape[1]) dimensions")],
            io)
    }
}
