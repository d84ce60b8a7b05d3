/// Parameters of t-SNE, with openTSNE 1.0.4's schedule as defaults.
///
/// Gradient descent on the Kullback–Leibler divergence between affinities of the points and of their images. At first
/// the affinities are exaggerated, so that clusters gather; momentum 0.8 throughout; a gain for every coordinate grows
/// by 0.2 when its gradient changes sides and settles at 0.05 while it does not; no step is longer than 5.
///
/// Sources: van der Maaten & Hinton, JMLR 9 (2008) 2579–2605; learning rate after Belkina et al., Nature
/// Communications 10 (2019) 5415; start after Kobak & Berens, Nature Communications 10 (2019) 5416.
public struct TSNE: Sendable, Equatable {
    /// Number of output coordinates, 2 or 3. Three have no mesh and cost O(samples²) per iteration: 20,000 samples
    /// are a practical limit.
    public var dimensions = 2

    /// Effective number of neighbours of a point, at least 1 and at most a third of the others.
    public var perplexity = 30.0

    /// Gradient steps in all.
    public var iterations = 750

    /// How many of them are exaggerated.
    public var earlyIterations = 250

    /// Factor of the affinities in the early iterations.
    public var earlyExaggeration = 12.0

    /// Factor of the affinities afterwards; above 1 clusters stay tighter.
    public var exaggeration = 1.0

    /// Step size; `nil` takes samples / exaggeration in each phase.
    public var learningRate: Double?

    /// Seed of the jitter of the start.
    public var seed = 0

    public init() {}

    /// Share of the last step that the next one keeps.
    static let momentum: Float = 0.8
    /// Longest step of a point.
    static let stepLimit: Float = 5

    /// - Throws: `EmbeddingError` for a value outside its range, or a perplexity too large for the samples.
    public func validate(samples: Int) throws(EmbeddingError) {
        try require("dimensions", Double(dimensions), in: 2...3)
        try require("perplexity", perplexity, in: 1...1e6)
        try require("iterations", Double(iterations), in: 0...1e6)
        try require("earlyIterations", Double(earlyIterations), in: 0...1e6)
        try require("earlyExaggeration", earlyExaggeration, in: 1...1000)
        try require("exaggeration", exaggeration, in: 1...1000)
        if let learningRate { try require("learningRate", learningRate, in: 1e-6...1e9) }
        guard Double(samples) >= 3 * perplexity + 1 else {
            throw .perplexityTooLarge(perplexity, samples: samples)
        }
    }

    private func require(
        _ parameter: String, _ value: Double, in range: ClosedRange<Double>
    ) throws(EmbeddingError) {
        guard range.contains(value) else {
            throw .outOfRange(
                parameter: parameter, value: value.spelled,
                range: "\(range.lowerBound.spelled)...\(range.upperBound.spelled)")
        }
    }

    /// How many neighbours the affinities take in: three times the perplexity.
    public var neighborCount: Int { Int(3 * perplexity) }

    /// Factor of the affinities in an iteration, from 0.
    func exaggeration(at iteration: Int) -> Double { iteration < earlyIterations ? earlyExaggeration : exaggeration }

    /// Step size in an iteration, from 0.
    func learningRate(at iteration: Int, samples: Int) -> Double {
        learningRate ?? Double(samples) / exaggeration(at: iteration)
    }
}
