import Embedding
import HDF5Files
import JSONValues
public import Pipeline
import Tensors

/// Judges maps of the same points by the same measures.
public struct ReduceQualityStage: Stage {
    public static let name = "reduce.quality"
    public static let version = 1
    public static let summary = "Judges maps of the same points by the same exact measures, side by side."
    public static let details = """
        For n points with the nearest others of each, exact and in 64 bits: \
        `kl_divergence` is Σ p ln(p / q) in nats with t-SNE's p at the perplexity asked and q over all pairs of the map \
        (van der Maaten & Hinton, JMLR 9 (2008) 2579–2605), lower is better and comparable for maps of equal dimensions; \
        `overlap` the mean share of the k nearest neighbours that are so in the map too; \
        `label_accuracy` the share of samples whose label most of their nearest others in the map have, each left out of \
        its own vote; \
        `trustworthiness` 1 less a penalty for every neighbour in the map by how far down the points' own ranking it \
        stands (Venna & Kaski, ICANN 2001, 485–491); \
        `triplet_accuracy` the share of random triplets whose order of distances the map keeps (Wang et al., JMLR 22 \
        (2021) 201).
        """

    static let points = ListInput<PointSource>("points", "What the maps are of. " + PointSource.documentation)
    static let embeddings = ListInput<EmbeddingArtifact>(
        "embeddings", "The maps, of the same samples.", isLabelled: true)
    static let quality = Output(
        "quality", kind: "quality",
        "`/embedding_names`, `/kl_divergence`, `/trustworthiness`, `/triplet_accuracy` [embeddings], `/overlap` "
            + "[embeddings, neighbors], `/neighbors`; with labels `/label_accuracy` [embeddings, votes], `/votes`, "
            + "`/point_label_accuracy` [votes] among the points themselves")
    public static let inputs: [any InputPort] = [points, embeddings]
    public static let outputs = [quality]

    @Parameter("Effective number of neighbours that the divergence is measured with.", in: 1...1000)
    var perplexity: Double = 30
    @Parameter("Numbers of neighbours whose overlap is measured.", in: 1...10_000) var neighbors: [Int] = [
        10, 15, 50, 150,
    ]
    @Parameter("Numbers of neighbours that vote for a label.", in: 1...10_000) var votes: [Int] = [1, 10]
    @Parameter("Neighbours of which trustworthiness is asked.", in: 1...10_000) var trusted: Int = 5
    @Parameter("Samples among which trustworthiness is measured at most, drawn with the seed.", in: 3...)
    var trustworthinessSamples: Int = 10_000
    @Parameter("Triplets drawn for each sample.", in: 1...1000) var triplets: Int = 5
    var choice = PointsParameters()
    @Parameter("Seed of the samples and triplets drawn.", in: 0...) var seed: Int = 0

    public init() {}

    public func validate() throws(ParameterError) {
        try choice.validate()
        for (name, counts) in [("neighbors", neighbors), ("votes", votes)] {
            for (index, count) in counts.enumerated() where counts[..<index].contains(count) {
                throw ParameterError(
                    path: JSONPath([.key(name), .index(index)]), "\(count) stands there twice",
                    fix: "remove one of them")
            }
        }
    }

    public func check(_ io: CheckIO) throws {
        let check = PointsCheck(io, Self.points, choice)
        guard let samples = check.samples else { return }
        do throws(EmbeddingError) {
            try settings.validate(samples: samples)
        } catch {
            if case .outOfRange(let parameter, _, _) = error {
                io.problem(
                    parameter: parameter, "\(error.what) for \(samples) samples",
                    fix: error.fix + ", or feed more samples")
            } else {
                io.problem(parameter: "perplexity", error.what, fix: error.fix)
            }
        }
        for case let embedding? in io.descriptions(of: Self.embeddings) {
            guard let count = embedding.count, min(choice.limit ?? count, count) != samples else { continue }
            io.problem(
                input: Self.embeddings, "a map of \(count) samples cannot be judged by \(samples) points",
                fix: "set 'limit' to \(min(count, samples)), or choose maps of the same samples")
        }
    }

    public func run(_ io: StageIO) throws {
        let points = try choice.read(Self.points, io)
        let maps = try io.read(Self.embeddings).map { ($0.label, try $0.points(limit: choice.limit, io)) }
        for (label, map) in maps where map.sampleIDs != points.sampleIDs {
            throw StageError(
                "the samples of '\(label)' are not those of the points",
                fix: "judge maps that were made of the same samples in the same order, or set 'limit'",
                place: "input 'embeddings'")
        }
        let labels = points.labels ?? maps.lazy.compactMap(\.1.labels).first
        io.progress(0, of: maps.count, unit: "maps", note: "neighbours of the points")
        let judge = try MapJudge(
            points.values, labels: labels, settings: settings, threads: io.threads,
            checkCancellation: io.checkCancelled)
        var judged: [(name: String, map: MapQuality)] = []
        for (label, map) in maps {
            let quality = try judge.quality(
                of: map.values, threads: io.threads, checkCancellation: io.checkCancelled)
            judged.append((label, quality))
            io.progress(judged.count, of: maps.count, unit: "maps")
        }
        try write(judged, judge, io)
        if judged.count == 1 { QualitySection.reportMetrics(judged[0].map, settings, io) }
        try QualitySection.write(judged, judge, of: points.origin, samples: points.values.shape[0], io)
    }

    private func write(_ judged: [(name: String, map: MapQuality)], _ judge: MapJudge, _ io: StageIO) throws {
        let output = try HDF5Output(Self.quality, io)
        let qualities = judged.map(\.map)
        try output.write(judged.map(\.name), to: "/embedding_names", axes: ["embeddings"])
        try output.write(qualities.map(\.divergence), to: "/kl_divergence", axes: ["embeddings"])
        try output.write(qualities.map(\.trustworthiness), to: "/trustworthiness", axes: ["embeddings"])
        try output.write(qualities.map(\.tripletAccuracy), to: "/triplet_accuracy", axes: ["embeddings"])
        if !neighbors.isEmpty {
            try output.write(neighbors, to: "/neighbors", axes: ["neighbors"])
            try output.write(
                qualities.flatMap(\.overlaps), to: "/overlap", shape: [judged.count, neighbors.count],
                axes: ["embeddings", "neighbors"])
        }
        if let own = judge.pointAccuracies, !votes.isEmpty {
            try output.write(votes, to: "/votes", axes: ["votes"])
            try output.write(own, to: "/point_label_accuracy", axes: ["votes"])
            try output.write(
                qualities.flatMap { $0.accuracies! }, to: "/label_accuracy", shape: [judged.count, votes.count],
                axes: ["embeddings", "votes"])
        }
        try output.close()
    }

    private var settings: MapJudge.Settings {
        var settings = MapJudge.Settings()
        settings.perplexity = perplexity
        settings.neighbors = neighbors
        settings.votes = votes
        settings.trusted = trusted
        settings.sampleLimit = trustworthinessSamples
        settings.triplets = triplets
        settings.seed = seed
        return settings
    }
}
