import Datasets
import Embedding
import HDF5Files
public import Pipeline
import Tensors

/// Finds the nearest others of every sample.
public struct ReduceNeighborsStage: Stage {
    public static let name = "reduce.neighbors"
    public static let version = 1
    public static let summary = "Finds the nearest others of every sample, and shows the nearest images of some."
    public static let details = """
        Exact: products of matrices in 32 bits find candidates, 64 bits decide and certify each row; equally near samples \
        rank by index. `euclidean` is the length of the difference; `cosine` is one minus the cosine of the angle, in 0...2, \
        and a row of zeros is at 1 from all but other rows of zeros. Pictures come from the points where these are images, \
        else from `images`.
        """

    static let points = ListInput<PointSource>("points", PointSource.documentation)
    static let images = OptionalInput<DatasetArtifact>(
        "images", "The images that the points were computed from, for the pictures.")
    static let embedding = Output(
        "embedding", kind: "neighbors",
        "`/indices`, `/distances` [samples, neighbors], nearest first, `/labels`, `/sample_ids`; attribute `metric`")
    static let picture = Output(
        "picture", kind: "picture",
        "A row for each of some images: itself, then its nearest, with class and distance, PNG",
        isOptional: true)
    public static let inputs: [any InputPort] = [points, images]
    public static let outputs = [embedding, picture]

    @Parameter("Neighbours of each sample.", in: 1...10_000) var neighbors: Int = 10
    @Parameter("How far apart two samples are.") var metric: Metric = .euclidean
    @Parameter("Samples whose nearest are shown, by position; the first eight if absent.", in: 0...) var samples: [Int]?
    var choice = PointsParameters()

    /// Neighbours on a row of the picture: a page is not wider.
    static let shownNeighbors = 10

    public init() {}

    public func validate() throws(ParameterError) {
        try choice.validate()
        if let samples { try SampleChoice.validate(samples, mayBeEmpty: true) }
    }

    public func check(_ io: CheckIO) throws {
        let check = PointsCheck(io, Self.points, choice)
        guard let count = check.samples else { return }
        if neighbors >= count {
            let error = EmbeddingError.tooManyNeighbors(neighbors, available: count - 1)
            io.problem(parameter: "neighbors", error.what, fix: error.fix)
        }
        for (index, sample) in (samples ?? []).enumerated() where sample >= count {
            io.problem(
                parameter: "samples[\(index)]", "there is no sample \(sample) among \(count)",
                fix: "choose positions in 0...\(count - 1)")
        }
        if let images = io.description(of: Self.images), images.count < count {
            io.problem(
                input: Self.images, "\(images.count) images cannot show \(count) points",
                fix: "connect the data set that the points were computed from, or set 'limit'")
        }
    }

    public func run(_ io: StageIO) throws {
        let points = try choice.read(Self.points, io)
        let dataset = try io.read(Self.images)?.dataset ?? points.images
        if let dataset, !dataset.sampleIDs.starts(with: points.sampleIDs) {
            throw StageError(
                "the images are not those that the points were computed from",
                fix: "connect that data set, or leave 'images' out", place: "input 'images'")
        }
        let table = try exactNeighbors(
            of: points.values, count: neighbors, metric: metric, threads: io.threads,
            checkCancellation: io.checkCancelled)
        let output = try HDF5Output(Self.embedding, io)
        let shape = [table.samples, neighbors]
        try output.write(table.indices.map(Int.init), to: "/indices", shape: shape, axes: ["samples", "neighbors"])
        try output.write(table.distances, to: "/distances", shape: shape, axes: ["samples", "neighbors"])
        try output.writeSamples(labels: points.labels, classNames: points.classNames, sampleIDs: points.sampleIDs)
        try output.file.setAttribute("metric", .string(metric.rawValue))
        try output.close()
        let shown = samples ?? Array(0..<min(8, table.samples))
        guard shown.allSatisfy({ $0 < table.samples }) else {
            throw StageError(
                "there is no sample \(shown.max()!) among \(table.samples)",
                fix: "choose positions in 0...\(table.samples - 1)", place: "parameter 'samples'")
        }
        try NeighborsSection(points: points, table: table, metric: metric).write(
            shown, of: dataset, picture: io.path(Self.picture, "png"), io)
    }
}

extension Metric: ParameterChoice {}
