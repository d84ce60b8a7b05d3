public import Pipeline

/// A map of samples, as the reductions write it.
public struct EmbeddingArtifact: ArtifactReader {
    public static let kinds = ["embedding"]

    public typealias Description = EmbeddingSummary

    /// What the pipeline file calls the stage that made it.
    let label: String
    private let source: PointSource

    public init(opening output: StoredOutput) throws {
        label = output.label ?? ""
        source = try PointSource(opening: output)
    }

    /// The positions, with what is known of the samples.
    /// - Parameter limit: takes that many samples from the start.
    func points(limit: Int?, _ io: StageIO) throws -> PointSource.Points {
        try source.embedding(limit: limit).collected(io)
    }
}
