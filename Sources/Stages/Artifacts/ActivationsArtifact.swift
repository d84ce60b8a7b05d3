import HDF5Files
public import Pipeline

/// Activations of some layers for many samples, as `activations.extract` writes them.
public struct ActivationsArtifact: ArtifactReader {
    public static let kinds = ["activations"]

    /// Known before a run: the shape of one sample's activation by layer.
    public typealias Description = ActivationsSummary

    let file: HDF5File
    /// Names of the layers, which are the paths of their datasets.
    let layers: [String]

    public init(opening output: StoredOutput) throws {
        file = try HDF5File(opening: output.path("h5"), isTrusted: true)
        guard case .strings(let names)? = try file.attribute("layers") else {
            throw StageError(
                "has no list of layers", fix: "run the stage that made it again", place: try output.path("h5"))
        }
        layers = names
    }
}

/// What other stages can know about activations before anything runs.
public struct ActivationsSummary: Sendable {
    /// In network order, without the sample axis.
    let layers: [(name: String, shape: [Int])]
    let count: Int?
}
