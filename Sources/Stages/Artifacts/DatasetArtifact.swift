import Datasets
import JSONValues
public import Pipeline
import Storage

/// A data set of the pipeline: a description in `dataset.json`, pixels where they always were.
///
/// `dataset.json` names files by the digest of their content and never by path, so equal data are equal artifacts
/// wherever they lie; the runner knows where a file with that digest is today.
public struct DatasetArtifact: ArtifactReader {
    public static let kinds = ["dataset"]
    public static var isShared: Bool { true }

    /// Known before a run from the files' headers.
    public typealias Description = DatasetSummary

    /// The data set, open for reading.
    let dataset: Dataset

    public init(opening output: StoredOutput) throws {
        let path = try output.path("json")
        let json = try readJSON(path)
        guard let description = json["description"], let files = json["files"]?.object else {
            throw StageError("is no description of a data set", fix: "run the stage that made it again", place: path)
        }
        var paths: [String: String] = [:]
        for (name, value) in files {
            guard let digest = value.string.flatMap(Digest.init(hex:)) else {
                throw StageError("has no digest for '\(name)'", fix: "run the stage that made it again", place: path)
            }
            paths[name] = try output.externalFile(digest: digest)
        }
        dataset = try Dataset(opening: DatasetDescription(json: description), paths: paths)
    }

    static func write(_ description: DatasetDescription, digests: [String: Digest], to path: String) throws {
        let files = JSONObject(digests.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value.hex)) })
        try writeJSON(["description": description.json, "files": .object(files)], to: path)
    }
}

/// What other stages can know about a data set before anything runs.
public struct DatasetSummary: Sendable {
    /// `[channels, height, width]`.
    let sampleShape: [Int]
    let count: Int
    let classNames: [String]
}
