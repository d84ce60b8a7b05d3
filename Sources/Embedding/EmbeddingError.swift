/// What can be wrong with the points or numbers given to a reduction.
public enum EmbeddingError: Error, Equatable {
    /// Points are `[samples, features]`; this shape is not.
    case notPoints(shape: [Int])
    /// A NaN or an infinity among the features.
    case notFinite(value: Float, row: Int, column: Int)
    /// Too few rows for what was asked.
    case tooFewSamples(Int, needed: Int, because: String)
    /// More neighbours than there are other points.
    case tooManyNeighbors(Int, available: Int)
    /// More components than the points' rank can have.
    case tooManyComponents(Int, limit: Int, samples: Int, features: Int)
    /// Blocks of rows, or queries and points, with different numbers of features.
    case featuresDiffer(Int, expected: Int)
    /// A parameter outside its range, spelled as the user writes it.
    case outOfRange(parameter: String, value: String, range: String)
    /// The perplexity asks for more neighbours than the samples can give.
    case perplexityTooLarge(Double, samples: Int)
    /// Squares of some values overflow beside those of the first ones.
    case tooFarApart
    /// The error of a fit grew beyond numbers.
    case diverged(epoch: Int)
    /// LAPACK gave up; its status.
    case eigenvaluesNotFound(status: Int)
}

extension EmbeddingError: CustomStringConvertible {
    public var description: String { "\(what)\n  fix: \(fix)" }

    /// What is wrong, in one line.
    public var what: String {
        switch self {
        case .notPoints(let shape): "shape \(shape) is not [samples, features] with at least one of each"
        case .notFinite(let value, let row, let column): "sample \(row), feature \(column) is \(value)"
        case .tooFewSamples(let count, let needed, let reason):
            "\(count) samples, but \(reason) needs at least \(needed)"
        case .tooManyNeighbors(let count, let available):
            "\(count) neighbours asked, but there are \(available) other points"
        case .tooManyComponents(let count, let limit, let samples, let features):
            "\(count) components asked, but \(samples) samples of \(features) features have at most \(limit)"
        case .featuresDiffer(let count, let expected): "\(count) features, expected \(expected)"
        case .outOfRange(let parameter, let value, let range): "'\(parameter)' is \(value), outside \(range)"
        case .perplexityTooLarge(let perplexity, let samples):
            "\(samples) samples, but perplexity \(perplexity.spelled) needs at least \(Int((3 * perplexity).rounded(.up)) + 1)"
        case .tooFarApart: "the values differ by more than 32-bit floats can square"
        case .diverged(let epoch): "the error grew beyond numbers in epoch \(epoch)"
        case .eigenvaluesNotFound(let status): "the eigenvalues were not found (LAPACK status \(status))"
        }
    }

    /// How to mend it, in one line.
    public var fix: String {
        switch self {
        case .notPoints: "flatten each sample to one row of numbers"
        case .notFinite: "replace it, or leave the sample out; check the network that made it for overflow"
        case .tooFewSamples: "feed more samples"
        case .tooManyNeighbors(_, let available): available > 0 ? "ask for at most \(available)" : "feed more samples"
        case .tooManyComponents(_, let limit, _, _): "ask for at most \(limit)"
        case .featuresDiffer: "feed rows of equal length"
        case .outOfRange(let parameter, _, _): "choose '\(parameter)' in that range"
        case .perplexityTooLarge(_, let samples):
            samples >= 4
                ? "lower 'perplexity' to \((samples - 1) / 3), or feed more samples" : "feed at least 4 samples"
        case .diverged: "lower 'learning_rate'"
        case .tooFarApart, .eigenvaluesNotFound: "check the points for values near the limits of 32-bit floats"
        }
    }
}

extension Double {
    /// Whole numbers without a fraction, as people write them.
    var spelled: String { self == rounded() && magnitude < 1e15 ? "\(Int(self))" : "\(self)" }
}
