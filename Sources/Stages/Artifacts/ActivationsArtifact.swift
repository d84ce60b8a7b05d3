import HDF5Files
public import Pipeline

/// Activations of some layers for many samples, as `activations.extract` writes them.
public struct ActivationsArtifact: ArtifactReader {
    public static let kinds = ["activations"]

    /// Known before a run: the shape of one sample's activation by layer.
    public typealias Description = ActivationsSummary

    let file: HDF5File
    let layers: [LayerOfActivations]

    public init(opening output: StoredOutput) throws {
        file = try HDF5File(opening: output.path("h5"), isTrusted: true)
        guard case .strings(let names)? = try file.attribute("layers") else {
            throw StageError(
                "has no list of layers", fix: "run the stage that made it again", place: try output.path("h5"))
        }
        layers = try names.map { [file] name in
            guard case .string(let alias)? = try file.attribute("alias", of: "/" + name) else {
                return LayerOfActivations(name: name, alias: nil)
            }
            return LayerOfActivations(name: name, alias: alias)
        }
    }
}

/// What other stages can know about activations before anything runs.
public struct ActivationsSummary: Sendable {
    /// In network order; shapes are without the sample axis.
    let layers: [(layer: LayerOfActivations, shape: [Int])]
    let count: Int?
}
