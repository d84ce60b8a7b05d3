import JSONValues
import Storage

/// Makes the keys of a plan's stages: SHA-256 of the canonical text of a key manifest.
///
/// The manifest is a JSON value, kept with the result, so that what is hashed and what is explained cannot differ:
/// ```
/// { "stage": "reduce.tsne", "version": 1, "parameters": { "perplexity": 30.0 },
///   "inputs": { "points": ["<digest>"] }, "files": { "weights": "<digest>" } }
/// ```
struct KeyWalk {
    struct Key: Sendable {
        var digest: Digest
        var manifest: JSONValue
    }

    let plan: Plan
    let store: Store
    /// Whether external files are digested although they look as they did.
    var isRehashing = false
    let externalPaths = ExternalPaths()

    /// Folders with more files than this enter the manifest with one digest over all, to keep it readable.
    private static let listedFiles = 1000

    /// - Parameter objects: the results of the stages it takes from, by position in the plan.
    func key(of planned: PlannedStage, objects: (Int) -> ObjectManifest) throws -> Key {
        let inputs = planned.inputs.map { port, sources -> (String, JSONValue) in
            let digests = sources.map { source -> JSONValue in
                let digest = objects(source.stage).port(source.port)?.digest.hex ?? ""
                guard port.isLabelled else { return .string(digest) }
                return ["label": .string(plan.stages[source.stage].id), "digest": .string(digest)]
            }
            return (port.name, .array(digests))
        }
        var manifest: JSONValue = [
            "stage": .string(planned.kind), "version": .integer(type(of: planned.stage).version),
            "parameters": .object(planned.parameters), "inputs": .object(JSONObject(inputs)),
        ]
        if !planned.externalFiles.isEmpty { manifest["files"] = try files(of: planned) }
        if type(of: planned.stage).readsPipeline { manifest["pipeline"] = plan.outline.json }
        return Key(digest: Digest(of: manifest.canonicalText), manifest: manifest)
    }

    private func files(of planned: PlannedStage) throws -> JSONValue {
        var digests = JSONObject()
        var groups: [(parameter: String, lines: [String])] = []
        let sizes = Dictionary(grouping: planned.externalFiles) { $0.parameter ?? "" }.mapValues(\.count)
        for file in planned.externalFiles.sorted(by: { $0.keyName < $1.keyName }) {
            let digest: Digest
            if let known = externalPaths.digest(of: file.path) {
                digest = known
            } else {
                let taken = try store.digest(ofExternalFile: file.path, rehashing: isRehashing)
                externalPaths.add(file.path, status: taken.status, digest: taken.digest)
                digest = taken.digest
            }
            let parameter = file.parameter ?? ""
            guard sizes[parameter, default: 0] > Self.listedFiles else {
                digests[file.keyName] = .string(digest.hex)
                continue
            }
            if groups.last?.parameter != parameter { groups.append((parameter, [])) }
            groups[groups.count - 1].lines.append("\(file.keyName) \(digest)\n")
        }
        for (parameter, lines) in groups {
            digests[parameter] = ["files": .integer(lines.count), "digest": .string(Digest(of: lines.joined()).hex)]
        }
        return .object(digests)
    }
}
