import JSONValues
public import Pipeline

/// A list of units of a network, `units.json`-like: `[{"layer": "features.14", "index": 220}, …]`.
public struct UnitsArtifact: ArtifactReader {
    public static let kinds = ["units"]

    /// The layer that the units belong to, where it is known before the run.
    public struct Description: Sendable {
        let layer: String
    }

    struct Unit: Sendable, Hashable {
        let layer: String
        let index: Int
    }

    let units: [Unit]

    public init(opening output: StoredOutput) throws {
        let path = try output.path("json")
        let list = try readJSON(path).array ?? []
        units = try list.map { entry in
            guard let layer = entry["layer"]?.string, let index = entry["index"]?.int else {
                throw StageError("is no list of units", fix: "run the stage that made it again", place: path)
            }
            return Unit(layer: layer, index: index)
        }
    }

    static func write(_ units: [Unit], to path: String) throws {
        try writeJSON(
            .array(units.map { ["layer": .string($0.layer), "index": .integer($0.index)] }), to: path)
    }
}
