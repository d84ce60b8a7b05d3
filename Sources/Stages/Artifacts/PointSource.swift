import Datasets
import HDF5Files
public import Pipeline
import Tensors

/// Whatever can be seen as points in many dimensions: images, activations of a layer, or an embedding.
public struct PointSource: ArtifactReader {
    public static let kinds = ["dataset", "activations", "embedding"]

    /// Number of points and features, as far as known before a run.
    public enum Description: Sendable {
        case dataset(DatasetSummary)
        case activations(ActivationsSummary)
        case embedding(EmbeddingSummary)
    }

    /// Points with what is known of the samples.
    struct Points {
        /// `[samples, features]`.
        let values: Tensor
        let labels: [Int]?
        let classNames: [String]
        let sampleIDs: [String]
        /// What the points are, in words: `pixels`, `features.14`.
        let origin: String
        /// The images, where the points are their pixels and nothing else.
        let images: Dataset?
    }

    /// What fits an input of points.
    static let documentation =
        "Images (their pixels in [0, 1]), activations, or an embedding; several of the same samples stand side by side."

    public static func description(from said: any Sendable) -> Description? {
        switch said {
        case let dataset as DatasetSummary: .dataset(dataset)
        case let activations as ActivationsSummary: .activations(activations)
        case let embedding as EmbeddingSummary: .embedding(embedding)
        default: nil
        }
    }

    private let stored: StoredOutput

    public init(opening output: StoredOutput) throws { stored = output }

    /// What several sources give of the same samples, side by side.
    /// - Parameter limit: takes that many samples from the start.
    /// - Throws: `StageError` when a layer is not there or the samples differ.
    static func stream(
        of sources: [PointSource], _ choice: PointsParameters, limit: Int?, threads: Int
    ) throws -> PointStream {
        var (parts, held): ([PointStream], [[LayerOfActivations]]) = ([], [])
        for source in sources { parts += try source.streams(choice, limit: limit, &held, threads: threads) }
        if let (_, error) = choice.missing(among: held) { throw error }
        return try .joined(parts)
    }

    /// What this source gives: images and embeddings one stream, activations one for each chosen layer.
    private func streams(
        _ choice: PointsParameters, limit: Int?, _ held: inout [[LayerOfActivations]], threads: Int
    ) throws -> [PointStream] {
        switch stored.kind {
        case "dataset":
            let dataset = try DatasetArtifact(opening: stored).dataset
            let count = min(limit ?? dataset.count, dataset.count)
            let features = dataset.sampleShape.elementCount
            return [
                PointStream(
                    samples: count, features: features, labels: dataset.labels.map { Array($0[..<count]) },
                    classNames: dataset.classNames, sampleIDs: Array(dataset.sampleIDs[..<count]), origin: "pixels",
                    images: dataset
                ) { range in
                    try dataset.images(range, threads: threads).reshaped(to: [range.count, features])
                }
            ]
        case "activations":
            let activations = try ActivationsArtifact(opening: stored)
            held.append(activations.layers)
            return try choice.chosen(among: activations.layers).map {
                try stream(activations.file, path: "/" + $0.name, limit: limit, choice)
            }
        default: return [try embedding(limit: limit)]
        }
    }

    /// The positions of an embedding.
    func embedding(limit: Int?) throws -> PointStream {
        try stream(
            HDF5File(opening: stored.path("h5"), isTrusted: true), path: "/embedding", limit: limit,
            PointsParameters())
    }

    private func stream(
        _ file: HDF5File, path: String, limit: Int?, _ choice: PointsParameters
    ) throws -> PointStream {
        let dataset = try file.dataset(path)
        let count = min(limit ?? dataset.rowCount, dataset.rowCount)
        let labels: [Int]? =
            try file.contains("/labels") ? file.dataset("/labels").read(Int.self, rows: 0..<count) : nil
        var classNames: [String] = []
        if labels != nil, case .strings(let names)? = try file.attribute("class_names", of: "/labels") {
            classNames = names
        }
        let sampleIDs =
            try file.contains("/sample_ids")
            ? file.dataset("/sample_ids").readStrings(rows: 0..<count) : (0..<count).map(String.init)
        let features = choice.features(of: Array(dataset.shape.dropFirst()))
        return PointStream(
            samples: count, features: features, labels: labels, classNames: classNames, sampleIDs: sampleIDs,
            origin: String(path.dropFirst()), images: nil
        ) { range in
            let values = try dataset.readTensor(rows: range)
            return choice.pooled(values).reshaped(to: [range.count, features])
        }
    }
}

/// What other stages can know about an embedding before anything runs.
public struct EmbeddingSummary: Sendable {
    let count: Int?
    let dimensions: Int
}
