import Embedding
import HDF5Files
public import Pipeline
import Tensors

/// Places points on a plane so that near neighbours stay near.
public struct ReduceTSNEStage: Stage {
    public static let name = "reduce.tsne"
    public static let version = 1
    public static let summary = "t-SNE: places points on a plane so that near neighbours stay near."
    public static let details = """
        Exact nearest neighbours, openTSNE's schedule, a start from the principal components. Same seed, same bytes, for \
        any number of threads. Sources: van der Maaten & Hinton, JMLR 9 (2008) 2579–2605; Linderman et al., Nature \
        Methods 16 (2019) 243–245.
        """

    static let points = ListInput<PointSource>("points", PointSource.documentation)
    static let embedding = Output(
        "embedding", kind: "embedding",
        "`/embedding` [samples, dimensions], `/iterations`, `/kl_history` [reports], `/labels`, `/sample_ids`; attribute `kl_divergence` in nats; "
            + "with 'snapshot_every' `/snapshots` [snapshots, samples, dimensions], `/snapshot_iterations`"
    )
    static let others = ListInput<PointSource>(
        "others", "Points of the same kind, to be placed into the finished map one by one.", isOptional: true)
    static let placed = Output("placed", kind: "embedding", "`/embedding` of `others`", isOptional: true)
    public static let inputs: [any InputPort] = [points, others]
    public static let outputs = [embedding, placed]

    @Parameter("Number of output coordinates.", in: 2...3) var dimensions: Int = 2
    @Parameter("Effective number of neighbours of a point.", in: 1...1000) var perplexity: Double = 30
    @Parameter("How far apart two points are.") var metric: Metric = .euclidean
    @Parameter("Gradient steps in all.", in: 1...100_000) var iterations: Int = 750
    @Parameter("How many of them are exaggerated.", in: 0...100_000) var earlyIterations: Int = 250
    @Parameter("Factor of the affinities in the early iterations.", in: 1...100) var earlyExaggeration: Double = 12
    @Parameter("Factor of the affinities afterwards; above 1 clusters stay tighter.", in: 1...100)
    var exaggeration: Double = 1
    @Parameter("Iterations between two snapshots of the map, for an animation; none if absent.", in: 1...100_000)
    var snapshotEvery: Int?
    @Parameter("Step size; samples divided by the exaggeration if absent.", in: 0.001...1_000_000) var learningRate:
        Double?
    var choice = PointsParameters()
    @Parameter("Seed of the jitter of the start.", in: 0...) var seed: Int = 0

    public init() {}

    public func validate() throws(ParameterError) { try choice.validate() }

    public func check(_ io: CheckIO) throws {
        let check = PointsCheck(io, Self.points, choice)
        if let samples = check.samples {
            do throws(EmbeddingError) {
                try settings.validate(samples: samples)
            } catch {
                io.problem(parameter: "perplexity", error.what, fix: error.fix)
            }
        }
        let others = PlacedPoints.check(Self.others, features: check.features, choice, io)
        if let snapshotEvery, let samples = check.samples {
            let needed = MemoryLimit.bytes(of: iterations / snapshotEvery + 1, samples, dimensions)
            if needed > MemoryLimit.bytes / 4 {
                io.problem(
                    parameter: "snapshot_every", "the snapshots take \(MemoryLimit.words(needed)) of memory",
                    fix: "take one less often")
            }
        }
        io.describe(Self.embedding, as: EmbeddingSummary(count: check.samples, dimensions: dimensions))
        io.describe(Self.placed, as: EmbeddingSummary(count: others, dimensions: dimensions))
    }

    public func run(_ io: StageIO) throws {
        let points = try choice.read(Self.points, io)
        let tsne = settings
        io.progress(0, of: iterations, unit: "iterations", note: "neighbours")
        let checkpoints = try io.checkpoints(layout: TSNECheckpoint.layout)
        let affinities = try affinities(of: points.values, tsne, checkpoints, io)
        let samples = points.values.shape[0]
        let resumed = try checkpoints.load { TSNECheckpoint($0, shape: [samples, dimensions]) }
        if let resumed { io.log("goes on after iteration \(resumed.state.iteration)") }
        let start =
            try resumed?.state
            ?? TSNEState(
                start: tsne.start(
                    for: points.values, threads: io.threads, checkCancellation: io.checkCancelled))
        let optimizer = TSNEOptimizer(affinities: affinities, state: start, parameters: tsne, threads: io.threads)
        var (history, snapshots) = (resumed?.history ?? [], resumed?.snapshots ?? [])
        let takeSnapshot = {
            guard let snapshotEvery, snapshots.last?.iteration != optimizer.iteration else { return }
            if optimizer.iteration % snapshotEvery == 0 || optimizer.iteration == iterations {
                snapshots.append((optimizer.iteration, optimizer.state.positions))
            }
        }
        let makeCheckpoint = { TSNECheckpoint(optimizer.state, history, snapshots).checkpoint }
        try checkpoints.savingWhenCancelled(makeCheckpoint) {
            try optimizer.run(reportEvery: 50) {
                try io.checkCancelled()
                takeSnapshot()
                checkpoints.saveIfDue(bytes: samples * dimensions * 12, makeCheckpoint)
            } report: { progress in
                history.append((progress.iteration, progress.divergence))
                io.progress(
                    progress.iteration, of: iterations, unit: "iterations",
                    note: "KL \(EmbeddingSection.short(progress.divergence))")
            }
        }
        takeSnapshot()
        let positions = optimizer.state.positions
        let divergence = klDivergence(of: positions, affinities: affinities, threads: io.threads)
        let output = try HDF5Output(Self.embedding, io)
        try output.write(positions, to: "/embedding", axes: ["samples", "dimensions"])
        try output.write(history.map(\.iteration), to: "/iterations", axes: ["reports"])
        try output.write(history.map(\.divergence), to: "/kl_history", axes: ["reports"])
        if !snapshots.isEmpty {
            try output.write(snapshots.map(\.iteration), to: "/snapshot_iterations", axes: ["snapshots"])
            try output.write(
                Tensor.stack(snapshots.map(\.positions)), to: "/snapshots",
                axes: ["snapshots", "samples", "dimensions"])
        }
        try output.writeSamples(labels: points.labels, classNames: points.classNames, sampleIDs: points.sampleIDs)
        try output.file.setAttribute("kl_divergence", .number(divergence))
        try output.close()
        try PlacedPoints.place(Self.others, choice, besideFeatures: points.values.shape[1], to: Self.placed, io) {
            others in
            try tsne.place(
                others, in: positions, of: points.values, metric: metric, threads: io.threads,
                checkCancellation: io.checkCancelled)
        }
        io.metric("kl_divergence", divergence)
        try EmbeddingSection.write(
            method: "t-SNE", positions, points, axisNames: [],
            metrics: [
                (
                    "Kullback–Leibler divergence", divergence,
                    "nats, exact, perplexity \(EmbeddingSection.short(perplexity))"
                )
            ], io)
    }

    /// The affinities, kept where it took fifty times as long to find them as to write them.
    private func affinities(
        of points: Tensor, _ tsne: TSNE, _ checkpoints: Checkpoints, _ io: StageIO
    ) throws -> SparseAffinities {
        let name = TSNECheckpoint.affinities
        if let kept = try checkpoints.load(name, { SparseAffinities($0, samples: points.shape[0]) }) { return kept }
        let affinities = try tsne.affinities(
            of: points, metric: metric, threads: io.threads, checkCancellation: io.checkCancelled)
        checkpoints.saveIfDue(as: name, bytes: affinities.columns.count * 12) { affinities.checkpoint }
        return affinities
    }

    private var settings: TSNE {
        var tsne = TSNE()
        tsne.dimensions = dimensions
        tsne.perplexity = perplexity
        tsne.iterations = iterations
        tsne.earlyIterations = min(earlyIterations, iterations)
        tsne.earlyExaggeration = earlyExaggeration
        tsne.exaggeration = exaggeration
        tsne.learningRate = learningRate
        tsne.seed = seed
        return tsne
    }
}
