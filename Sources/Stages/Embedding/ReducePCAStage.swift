import Datasets
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

    static let points = ListInput<PointSource>("points", PointSource.documentation)
    static let embedding = Output(
        "embedding", kind: "embedding",
        "`/embedding` [samples, dimensions], `/explained_variance`, `/explained_variance_ratio` [dimensions], "
            + "`/components` [dimensions, features], `/mean` [features], `/labels`, `/sample_ids`")
    static let others = ListInput<PointSource>(
        "others", "Points of the same kind, to be projected onto the same components.", isOptional: true)
    static let placed = Output("placed", kind: "embedding", "`/embedding` of `others`", isOptional: true)
    public static let inputs: [any InputPort] = [points, others]
    public static let outputs = [embedding, placed]

    @Parameter("Number of components.", in: 1...4096) var dimensions: Int = 2
    var choice = PointsParameters()
    @Parameter("Scales every component to unit variance.") var whiten: Bool = false
    @Parameter("Seed of the random directions that very large problems start from.", in: 0...) var seed: Int = 0

    public init() {}

    public func validate() throws(ParameterError) { try choice.validate() }

    public func check(_ io: CheckIO) throws {
        let check = PointsCheck(io, Self.points, choice, isStreamed: isStreamed)
        if let samples = check.samples, let features = check.features, dimensions > min(samples, features) {
            let error = EmbeddingError.tooManyComponents(
                dimensions, limit: min(samples, features), samples: samples, features: features)
            io.problem(parameter: "dimensions", error.what, fix: error.fix)
        }
        let others = PlacedPoints.check(Self.others, features: check.features, choice, io)
        io.describe(Self.embedding, as: EmbeddingSummary(count: check.samples, dimensions: dimensions))
        io.describe(Self.placed, as: EmbeddingSummary(count: others, dimensions: dimensions))
    }

    public func run(_ io: StageIO) throws {
        let points = try choice.stream(Self.points, io)
        let (pca, scores) =
            isStreamed(samples: points.samples, features: points.features)
            ? try streamed(points, io) : try fit(points, io)
        let output = try HDF5Output(Self.embedding, io)
        try output.write(scores, to: "/embedding", axes: ["samples", "dimensions"])
        try output.write(pca.explainedVariance, to: "/explained_variance", axes: ["dimensions"])
        try output.write(pca.explainedVarianceRatio, to: "/explained_variance_ratio", axes: ["dimensions"])
        try output.write(pca.components, to: "/components", axes: ["dimensions", "features"])
        try output.write(pca.mean, to: "/mean", axes: ["features"])
        try output.writeSamples(labels: points.labels, classNames: points.classNames, sampleIDs: points.sampleIDs)
        try output.close()
        try PlacedPoints.place(Self.others, choice, besideFeatures: points.features, to: Self.placed, io) { others in
            pca.transform(others, whiten: whiten, threads: io.threads)
        }
        let kept = pca.explainedVarianceRatio.reduce(0, +)
        io.metric("explained_variance_ratio", kept)
        try EmbeddingSection.write(
            method: "PCA", scores, points.points(scores),
            axisNames: pca.explainedVarianceRatio.enumerated().map { index, ratio in
                "component \(index + 1): \(EmbeddingSection.percent(ratio)) of the variance"
            },
            metrics: [
                ("explained variance", kept, "kept by \(dimensions) of \(points.features) dimensions")
            ],
            pictures: { summary in
                guard let images = points.images, [1, 3].contains(images.sampleShape[0]) else { return [] }
                let figure = ComponentPictures.figure(pca, shape: images.sampleShape)
                return [
                    try summary.save(
                        figure, as: "components.png",
                        alternative: "The mean image and the first principal components as images")
                ]
            }, io)
    }

    private func fit(_ points: PointStream, _ io: StageIO) throws -> (PCA, Tensor) {
        let values = try points.collected(io).values
        let pca = try PCA.fit(
            values, components: dimensions, seed: seed, threads: io.threads, checkCancellation: io.checkCancelled)
        try io.checkCancelled()
        return (pca, pca.transform(values, whiten: whiten, threads: io.threads))
    }

    /// The same numbers in two passes over the points, of which some megabytes are in memory at a time.
    private func streamed(_ points: PointStream, _ io: StageIO) throws -> (PCA, Tensor) {
        var accumulator = PCA.Accumulator(
            features: points.features, threads: io.threads, checkCancellation: io.checkCancelled)
        try points.forEachBlock(io) { range, block in
            try accumulator.add(block)
            io.progress(range.upperBound, of: 2 * points.samples, unit: "samples", note: "covariance")
        }
        let pca = try accumulator.finish(components: dimensions)
        let scores = try Tensor(uninitialized: [points.samples, dimensions]) { target in
            try points.forEachBlock(io) { range, block in
                let scores = pca.transform(block, whiten: whiten, threads: io.threads)
                scores.withUnsafeBufferPointer {
                    (target.baseAddress! + range.lowerBound * dimensions).update(from: $0.baseAddress!, count: $0.count)
                }
                io.progress(points.samples + range.upperBound, of: 2 * points.samples, unit: "samples", note: "scores")
            }
        }
        return (pca, scores)
    }

    /// Whether the covariance of the features is the way: where it is the best one, or points would fill the memory.
    private func isStreamed(samples: Int, features: Int) -> Bool {
        guard samples >= 2, features <= 8192, features <= samples else { return false }
        return PCA.Solver.chosen(samples: samples, features: features, components: dimensions) == .covariance
            || MemoryLimit.bytes(of: samples, features) > MemoryLimit.bytes / 2
    }
}
