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
    }

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

    /// The images, where the points are their pixels.
    func images() throws -> Dataset? {
        stored.kind == "dataset" ? try DatasetArtifact(opening: stored).dataset : nil
    }

    /// Reads the points.
    /// - Parameters:
    ///   - layer: which layer of activations; `nil` where there is only one.
    ///   - limit: takes that many samples from the start.
    /// - Throws: `StageError` when the layer is not there, ``Cancelled``, and what reading throws.
    func points(layer: String?, limit: Int?, _ io: StageIO) throws -> Points {
        switch stored.kind {
        case "dataset":
            let dataset = try DatasetArtifact(opening: stored).dataset
            let count = min(limit ?? dataset.count, dataset.count)
            return Points(
                values: try Self.pixels(of: dataset, count: count, io),
                labels: dataset.labels.map { Array($0[..<count]) },
                classNames: dataset.classNames, sampleIDs: Array(dataset.sampleIDs[..<count]), origin: "pixels")
        case "activations":
            let activations = try ActivationsArtifact(opening: stored)
            return try points(
                activations.file, path: "/" + LayerOfActivations.resolve(layer, among: activations.layers).name,
                limit: limit
            )
        default:
            return try points(HDF5File(opening: stored.path("h5"), isTrusted: true), path: "/embedding", limit: limit)
        }
    }

    /// The pixels of the first images, `[count, features]`, decoded block by block.
    private static func pixels(of dataset: Dataset, count: Int, _ io: StageIO) throws -> Tensor {
        let features = dataset.sampleShape.elementCount
        return try Tensor(uninitialized: [count, features]) { target in
            let blockSize = 256
            for start in stride(from: 0, to: count, by: blockSize) {
                try io.checkCancelled()
                let end = min(start + blockSize, count)
                let rows = UnsafeMutableBufferPointer(rebasing: target[start * features..<end * features])
                try dataset.images(start..<end, threads: io.threads).withUnsafeBufferPointer {
                    _ = rows.update(fromContentsOf: $0)
                }
            }
        }
    }

    private func points(_ file: HDF5File, path: String, limit: Int?) throws -> Points {
        let dataset = try file.dataset(path)
        let count = min(limit ?? dataset.rowCount, dataset.rowCount)
        let values = try dataset.readTensor(rows: 0..<count)
        let labels: [Int]? =
            try file.contains("/labels") ? file.dataset("/labels").read(Int.self, rows: 0..<count) : nil
        var classNames: [String] = []
        if labels != nil, case .strings(let names)? = try file.attribute("class_names", of: "/labels") {
            classNames = names
        }
        let sampleIDs =
            try file.contains("/sample_ids")
            ? file.dataset("/sample_ids").readStrings(rows: 0..<count) : (0..<count).map(String.init)
        return Points(
            values: values.reshaped(to: [count, values.rowCount]), labels: labels, classNames: classNames,
            sampleIDs: sampleIDs, origin: String(path.dropFirst()))
    }
}

/// What other stages can know about an embedding before anything runs.
public struct EmbeddingSummary: Sendable {
    let count: Int?
    let dimensions: Int
}
