import Embedding
import HDF5Files
public import Pipeline
import Tensors

/// Lays out the graph of nearest neighbours.
public struct ReduceUMAPStage: Stage {
    public static let name = "reduce.umap"
    public static let version = 1
    public static let summary = "UMAP: lays out the fuzzy graph of nearest neighbours."
    public static let details = """
        Exact nearest neighbours, umap-learn's schedule, a start from the graph's slowest modes or, where it is in pieces, \
        from the principal components. Same seed, same bytes, for any number of threads. Points of `others` are placed \
        into the finished map one by one: where each comes does not depend on the others. Source: McInnes, Healy & \
        Melville, arXiv 1802.03426 (2018).
        """

    static let points = ListInput<PointSource>("points", PointSource.documentation)
    static let others = ListInput<PointSource>(
        "others", "Points of the same kind, to be placed into the finished map.", isOptional: true)
    static let embedding = Output(
        "embedding", kind: "embedding", "`/embedding` [samples, dimensions], `/labels`, `/sample_ids`")
    static let placed = Output(
        "placed", kind: "embedding", "The same of `others`", isOptional: true)
    public static let inputs: [any InputPort] = [points, others]
    public static let outputs = [embedding, placed]

    @Parameter("Number of output coordinates.", in: 1...64) var dimensions: Int = 2
    @Parameter(
        "Size of a point's neighbourhood, the point itself counted: small shows detail, large the whole.",
        in: 2...10_000)
    var nNeighbors: Int = 15
    @Parameter("How near points may come in the map; at most 'spread'.", in: 0...100) var minDist: Double = 0.1
    @Parameter("Scale of the map.", in: 0.01...100) var spread: Double = 1
    @Parameter("How far apart two points are.") var metric: Metric = .euclidean
    @Parameter("Passes over the graph; 500 for at most 10,000 samples, else 200, if absent.", in: 1...100_000)
    var epochs: Int?
    @Parameter("Random points that push while one neighbour pulls.", in: 0...100) var negativeSamples: Int = 5
    @Parameter("Step size at the start; it falls to zero.", in: 0.0001...100) var learningRate: Double = 1
    @Parameter("Factor of the push.", in: 0...100) var repulsion: Double = 1
    var choice = PointsParameters()
    @Parameter("Seed of the start's noise and of the random points.", in: 0...) var seed: Int = 0

    public init() {}

    public func validate() throws(ParameterError) {
        try choice.validate()
        guard minDist <= spread else {
            throw ParameterError(
                parameter: "min_dist", "\(minDist) is more than 'spread', \(spread)",
                fix: "choose at most \(spread), or raise 'spread'")
        }
    }

    public func check(_ io: CheckIO) throws {
        let check = PointsCheck(io, Self.points, choice)
        if let samples = check.samples, samples < nNeighbors {
            let error = EmbeddingError.tooFewSamples(
                samples, needed: nNeighbors, because: "a neighbourhood of \(nNeighbors)")
            io.problem(
                parameter: "n_neighbors", error.what,
                fix: samples < 2 ? "feed at least 2 samples" : "lower 'n_neighbors' to \(samples), or feed more samples"
            )
        }
        let others = PlacedPoints.check(Self.others, features: check.features, choice, io)
        io.describe(Self.embedding, as: EmbeddingSummary(count: check.samples, dimensions: dimensions))
        io.describe(Self.placed, as: EmbeddingSummary(count: others, dimensions: dimensions))
    }

    public func run(_ io: StageIO) throws {
        let points = try choice.read(Self.points, io)
        let umap = settings
        let total = umap.epochs(samples: points.values.shape[0])
        io.progress(0, of: total, unit: "epochs", note: "neighbours")
        let graph = try umap.graph(of: points.values, threads: io.threads, checkCancellation: io.checkCancelled)
        io.progress(0, of: total, unit: "epochs", note: "start")
        let start = try umap.start(
            for: points.values, graph: graph, threads: io.threads, checkCancellation: io.checkCancelled)
        let optimizer = UMAPOptimizer(graph: graph, start: start, parameters: umap, threads: io.threads)
        try optimizer.run { epoch in
            try io.checkCancelled()
            io.progress(epoch, of: total, unit: "epochs")
        }
        let positions = optimizer.positions
        let output = try HDF5Output(Self.embedding, io)
        try output.write(positions, to: "/embedding", axes: ["samples", "dimensions"])
        try output.writeSamples(labels: points.labels, classNames: points.classNames, sampleIDs: points.sampleIDs)
        try output.close()
        try PlacedPoints.place(Self.others, choice, besideFeatures: points.values.shape[1], to: Self.placed, io) {
            others in
            try umap.place(
                others, in: positions, of: points.values, threads: io.threads, checkCancellation: io.checkCancelled)
        }
        try EmbeddingSection.write(method: "UMAP", positions, points, axisNames: [], metrics: [], io)
    }

    private var settings: UMAP {
        var umap = UMAP()
        umap.dimensions = dimensions
        umap.neighborhood = nNeighbors
        umap.minimumDistance = minDist
        umap.spread = spread
        umap.metric = metric
        umap.epochs = epochs
        umap.negatives = negativeSamples
        umap.learningRate = learningRate
        umap.repulsion = repulsion
        umap.seed = seed
        return umap
    }
}
