/// Parameters of UMAP, with umap-learn 0.5.12's defaults.
///
/// A graph of fuzzy neighbourhoods is laid out by stochastic gradient descent: points are pulled along its edges as
/// often as these are heavy, and pushed away from random points meanwhile.
///
/// Source: McInnes, Healy & Melville, arXiv 1802.03426 (2018).
public struct UMAP: Sendable, Equatable {
    /// Number of output coordinates, 1...64.
    public var dimensions = 2

    /// Size of a point's neighbourhood, the point itself counted: 2 or more.
    public var neighborhood = 15

    /// How near points may come in the map, in its units: 0...spread.
    public var minimumDistance = 0.1

    /// Scale of the map.
    public var spread = 1.0

    /// How far apart two points are.
    public var metric = Metric.euclidean

    /// Passes over the graph; `nil` takes 500 for at most 10,000 points, else 200.
    public var epochs: Int?

    /// Random points that push while one neighbour pulls.
    public var negatives = 5

    /// Step size at the start; it falls to zero evenly.
    public var learningRate = 1.0

    /// Factor of the push.
    public var repulsion = 1.0

    /// Of the start's noise and of the random points.
    public var seed = 0

    public init() {}

    /// - Throws: `EmbeddingError` for a value outside its range, or more neighbours than there are points.
    public func validate(samples: Int) throws(EmbeddingError) {
        try Self.require("dimensions", Double(dimensions), in: 1...64)
        try Self.require("n_neighbors", Double(neighborhood), in: 2...10_000)
        try Self.require("spread", spread, in: 0.01...100)
        try Self.require("min_dist", minimumDistance, in: 0...spread)
        try Self.require("epochs", Double(epochs ?? 1), in: 1...1e6)
        try Self.require("negatives", Double(negatives), in: 0...100)
        try Self.require("learning_rate", learningRate, in: 1e-6...1e3)
        try Self.require("repulsion", repulsion, in: 0...1e3)
        guard samples >= neighborhood else {
            throw .tooFewSamples(samples, needed: neighborhood, because: "a neighbourhood of \(neighborhood)")
        }
    }

    private static func require(
        _ parameter: String, _ value: Double, in range: ClosedRange<Double>
    ) throws(EmbeddingError) {
        guard range.contains(value) else {
            throw .outOfRange(
                parameter: parameter, value: value.spelled,
                range: "\(range.lowerBound.spelled)...\(range.upperBound.spelled)")
        }
    }

    /// Passes over the graph of so many points.
    public func epochs(samples: Int) -> Int { epochs ?? (samples <= 10_000 ? 500 : 200) }
}
