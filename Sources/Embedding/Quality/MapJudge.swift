public import Tensors

/// The numbers by which a map is judged; see ``MapJudge``.
public struct MapQuality: Sendable, Equatable {
    /// Divergence of the map from the points' affinities, in nats; see `klDivergence(of:affinities:)`.
    public var divergence: Double
    /// Share of nearest neighbours kept, for each of the settings' `neighbors`; see `neighborOverlap`.
    public var overlaps: [Double]
    /// Label accuracy among nearest neighbours, for each of the settings' `votes`; `nil` without labels.
    public var accuracies: [Double]?
    /// See `trustworthiness(of:points:)`.
    public var trustworthiness: Double
    /// See `tripletAccuracy(of:points:)`.
    public var tripletAccuracy: Double
}

/// Judges maps of the same points, whoever made them, by the same exact measures.
///
/// Neighbours and affinities of the points are found once. Everything is exact and in 64 bits, but for the samples that
/// trustworthiness and triplets draw, which a seed decides and all maps share.
public struct MapJudge: Sendable {
    public struct Settings: Sendable, Equatable {
        /// Effective number of neighbours of the affinities that the divergence is measured from.
        public var perplexity = 30.0
        /// Numbers of neighbours whose overlap is measured.
        public var neighbors = [10, 15, 50, 150]
        /// Numbers of neighbours that vote for a label.
        public var votes = [1, 10]
        /// Neighbours of which trustworthiness is asked.
        public var trusted = 5
        /// Samples among which trustworthiness is measured at most: its time grows with their square.
        public var sampleLimit = 10_000
        /// Triplets drawn for each sample.
        public var triplets = 5
        /// Of the samples and triplets drawn.
        public var seed = 0

        public init() {}

        /// Neighbours to be found of each point.
        var neighborCount: Int { max(neighbors.max() ?? 1, votes.max() ?? 1, Int(3 * perplexity)) }

        /// - Throws: `EmbeddingError` where so few samples cannot be asked that.
        public func validate(samples: Int) throws(EmbeddingError) {
            var affinities = TSNE()
            affinities.perplexity = perplexity
            try affinities.validate(samples: samples)
            try Self.require("neighbors", neighbors, atMost: samples - 1)
            try Self.require("votes", votes, atMost: samples - 1)
            try Self.require("trusted", [trusted], atMost: (min(samples, sampleLimit) - 1) / 2)
        }

        private static func require(_ name: String, _ counts: [Int], atMost limit: Int) throws(EmbeddingError) {
            guard let wrong = counts.first(where: { $0 < 1 || $0 > limit }) else { return }
            throw .outOfRange(parameter: name, value: "\(wrong)", range: "1...\(limit)")
        }
    }

    public let settings: Settings
    /// Label accuracy among the nearest neighbours of the points themselves, to compare those of maps with.
    public let pointAccuracies: [Double]?

    private let points: Tensor
    private let labels: [Int]?
    private let table: NeighborTable
    private let affinities: SparseAffinities
    /// The samples that trustworthiness is measured among.
    private let chosen: [Int]
    private let chosenPoints: Tensor

    /// - Parameters:
    ///   - points: `[samples, features]`, finite.
    ///   - labels: of each sample, below 0 where unknown.
    ///   - checkCancellation: called many times a second, from several threads; what it throws ends the search.
    /// - Throws: `EmbeddingError` for other points, or fewer than the settings need.
    /// - Complexity: O(samples² · features)
    public init(
        _ points: Tensor, labels: [Int]?, settings: Settings = Settings(), threads: Int = 1,
        checkCancellation: @escaping @Sendable () throws -> Void = {}
    ) throws {
        try requirePoints(points)
        let samples = points.shape[0]
        try settings.validate(samples: samples)
        precondition(labels == nil || labels!.count == samples, "\(labels!.count) labels of \(samples) samples")
        let table = try exactNeighbors(
            of: points, count: settings.neighborCount, threads: threads, checkCancellation: checkCancellation)
        affinities = try SparseAffinities(
            neighbors: table.prefix(Int(3 * settings.perplexity)), perplexity: settings.perplexity, threads: threads)
        pointAccuracies = labels.map { labels in
            settings.votes.map { neighborAccuracy(table, labels: labels, count: $0) }
        }
        let random = CounterRandom(seed: settings.seed).stream("quality")
        chosen =
            samples <= settings.sampleLimit
            ? Array(0..<samples) : random.permutation(samples).prefix(settings.sampleLimit).sorted()
        chosenPoints = points.rows(at: chosen)
        (self.points, self.labels, self.table, self.settings) = (points, labels, table, settings)
    }

    /// - Parameter embedding: `[samples, dimensions]`, finite.
    /// - Throws: `EmbeddingError` for another embedding.
    public func quality(
        of embedding: Tensor, threads: Int = 1, checkCancellation: @escaping @Sendable () throws -> Void = {}
    ) throws -> MapQuality {
        try requirePoints(embedding)
        precondition(embedding.shape[0] == points.shape[0], "a map \(embedding.shape) of points \(points.shape)")
        let close = try exactNeighbors(
            of: embedding, count: max(settings.neighbors.max() ?? 1, settings.votes.max() ?? 1), threads: threads,
            checkCancellation: checkCancellation)
        let trust = try trustworthiness(
            of: embedding.rows(at: chosen), points: chosenPoints, count: settings.trusted, threads: threads)
        try checkCancellation()
        let triplets = try tripletAccuracy(
            of: embedding, points: points, perSample: settings.triplets, seed: settings.seed, threads: threads)
        return MapQuality(
            divergence: klDivergence(of: embedding, affinities: affinities, threads: threads),
            overlaps: settings.neighbors.map { neighborOverlap(table, close, count: $0) },
            accuracies: labels.map { labels in
                settings.votes.map { neighborAccuracy(close, labels: labels, count: $0) }
            },
            trustworthiness: trust, tripletAccuracy: triplets)
    }
}
