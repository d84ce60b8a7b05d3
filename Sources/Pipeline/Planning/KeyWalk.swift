import JSONValues
import Storage

/// Makes the keys of a plan's stages: SHA-256 of the canonical text of a key manifest.
///
/// One walk, two readers: the manifest is a JSON value that is hashed, kept with the result, and compared with that of an
/// earlier result by ``KeyChange``, so that what is hashed and what is explained cannot differ:
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
    /// Remembers digests of external files; `nil` where there is no store yet.
    let store: Store?
    /// Whether external files are digested although they look as they did.
    var isRehashing = false
    /// Whether nobody waits for keys any more.
    var cancellation: Cancellation?
    let externalPaths = ExternalPaths()

    /// Folders with more files than this enter the manifest with one digest over all, to keep it readable.
    private static let listedFiles = 1000

    /// - Parameter objects: the results of the stages it takes from, by position in the plan.
    /// - Throws: ``Cancelled``, ``StoreError`` where an external file cannot be read.
    func key(of planned: PlannedStage, objects: (Int) -> ObjectManifest) throws -> Key {
        let manifest = try manifest(of: planned, objects: objects)
        return Key(digest: Digest(of: manifest.canonicalText), manifest: manifest)
    }

    /// What the key of a stage is made from.
    ///
    /// - Parameter objects: the results of the stages it takes from, by position in the plan; where one is `nil`, the
    ///   digest is `null`, and the manifest not yet that of a key.
    func manifest(of planned: PlannedStage, objects: (Int) -> ObjectManifest?) throws -> JSONValue {
        let inputs = planned.inputs.map { port, sources -> (String, JSONValue) in
            let digests = sources.map { source -> JSONValue in
                let digest = objects(source.stage).map { JSONValue.string($0.port(source.port)?.digest.hex ?? "") }
                guard port.isLabelled else { return digest ?? .null }
                return ["label": .string(plan.stages[source.stage].id), "digest": digest ?? .null]
            }
            return (port.name, .array(digests))
        }
        var manifest: JSONValue = [
            "stage": .string(planned.kind), "version": .integer(type(of: planned.stage).version),
            "parameters": .object(planned.parameters), "inputs": .object(JSONObject(inputs)),
        ]
        if !planned.externalFiles.isEmpty { manifest["files"] = try files(of: planned) }
        if type(of: planned.stage).readsPipeline { manifest["pipeline"] = plan.outline.json }
        return manifest
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
                digest = try self.digest(of: file.path)
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

    private func digest(of path: String) throws -> Digest {
        guard let store else {
            do throws(FileSystemError) {
                return try Digest.ofFile(path)
            } catch {
                throw StoreError.fileSystem(error)
            }
        }
        let taken: (digest: Digest, status: FileSystem.Status)
        do {
            taken = try store.digest(ofExternalFile: path, rehashing: isRehashing) { cancellation?.isRequested == true }
        } catch {
            if cancellation?.isRequested == true { throw Cancelled() }
            throw error
        }
        try externalPaths.add(path, status: taken.status, digest: taken.digest)
        return taken.digest
    }
}
