import JSONValues
import Storage

/// One stage being run: a temporary folder, the work, and the object in its place.
struct StageExecution {
    let context: RunContext
    let planned: PlannedStage
    let key: KeyWalk.Key
    let threads: Int
    /// Whether no other stage runs at the start: the peak of memory is then its own.
    let isAlone: Bool

    private var store: Store { context.store }

    /// - Throws: what the stage throws; nothing is left then.
    func run(
        inputs: [String: [StoredOutput]], replacing: Bool, requireInputs: () throws -> Void
    ) throws -> StoredObject {
        let builder = try store.begin(key.digest)
        do {
            let object = try run(in: builder, inputs: inputs, replacing: replacing, requireInputs: requireInputs)
            // It is stored, whatever becomes of the rest; what is left goes with a later run.
            try? store.removeCheckpoints(of: key.digest)
            return object
        } catch {
            try? store.discard(builder)
            throw error
        }
    }

    private func run(
        in builder: ObjectBuilder, inputs: [String: [StoredOutput]], replacing: Bool, requireInputs: () throws -> Void
    ) throws -> StoredObject {
        let started = Moment.now
        if isAlone { PeakMemory.reset() }
        let io = StageIO(stageContext(builder, inputs))
        try planned.stage.run(io)
        // What was read is what the key says.
        let externalPaths = context.keys.externalPaths
        for file in planned.externalFiles { try externalPaths.requireUnchanged(file.path) }
        for output in inputs.values.joined() { try externalPaths.requireUnchanged(readBy: output.digest) }
        try requireInputs()
        let notes = io.notes
        try writeSummary(notes, to: builder.folder)
        let ports = try ports(in: builder.folder)
        let ended = Moment.now
        let peakMemory = PeakMemory.current
        let record: JSONObject = [
            "metrics": Self.json(notes.metrics),
            "warnings": .strings(notes.warnings), "started": .string(started.text), "ended": .string(ended.text),
            "seconds": .number(ended.seconds(since: started)), "peak_memory": .integer(peakMemory),
            "threads": .integer(io.threads), "host": .string(MachineFacts.host),
            "convscope_version": .string(convscopeVersion),
        ]
        let manifest = ObjectManifest(key: key.digest, keyManifest: key.manifest, ports: ports, record: record)
        let object = try store.publish(builder, manifest: manifest, replacing: replacing)
        context.log.send(
            .stageFinished(stage: planned.id, seconds: ended.seconds(since: started), peakMemory: peakMemory))
        return object
    }

    private func stageContext(
        _ builder: ObjectBuilder, _ inputs: [String: [StoredOutput]]
    ) -> StageIO.Context {
        var origins: JSONObject = [:]
        for part in ["inputs", "files"] { origins[part] = key.manifest[part] }
        return StageIO.Context(
            instance: planned.id, objectFolder: builder.folder,
            checkpointFolder: store.checkpointFolder(of: key.digest),
            checkpointInterval: context.options.checkpointInterval, inputs: inputs,
            provenance: Provenance(
                convscopeVersion: convscopeVersion, stage: planned.kind,
                parametersJSON: JSONValue.object(planned.parameters).canonicalText, key: key.digest.hex,
                inputsJSON: JSONValue.object(origins).canonicalText),
            outline: type(of: planned.stage).readsPipeline ? context.plan.outline : nil, threads: threads,
            resolver: context.plan.file.resolver, externalPaths: context.keys.externalPaths,
            sharedArtifacts: context.artifacts, send: context.log.send,
            isCancelled: { [context] in context.isCancelled })
    }

    /// The implicit output of every stage: what it has to show, with what it was asked for.
    private func writeSummary(_ notes: StageIO.Notes, to folder: String) throws {
        let summary: JSONValue = [
            "stage": .string(planned.kind), "version": .integer(type(of: planned.stage).version),
            "parameters": .object(planned.parameters), "metrics": Self.json(notes.metrics), "content": notes.summary,
        ]
        try FileSystem.write(summary.prettyText + "\n", to: folder + "/summary.json")
    }

    private static func json(_ metrics: [(name: String, value: Double)]) -> JSONValue {
        .object(JSONObject(metrics.map { ($0.name, .number($0.value)) }))
    }

    /// Sorts the files of the object into ports and digests them.
    private func ports(in folder: String) throws -> [ObjectManifest.Port] {
        let digester = context.options.digester
        let outputs = type(of: planned.stage).outputs + [.summary]
        var files: [String: [ObjectManifest.File]] = [:]
        for path in try FileSystem.listFiles(below: folder) {
            let first = path.prefix { $0 != "/" }
            let port = first.count < path.count ? String(first) : String(first.prefix { $0 != "." })
            guard outputs.contains(where: { $0.name == port }) else {
                throw StageError(
                    "it left the file '\(path)', which belongs to none of its outputs \(listed(outputs.map(\.name)))",
                    fix: "this is a mistake in the stage: report it", kind: .failed)
            }
            let absolute = folder + "/" + path
            let size = try FileSystem.status(of: absolute)?.size ?? 0
            let digest = try digester.digest(of: absolute)
            let byteDigest = digester.isSpecial(absolute) ? try Digest.ofFile(absolute) : digest
            files[port, default: []].append(
                ObjectManifest.File(path: path, size: size, digest: digest, byteDigest: byteDigest))
        }
        return try outputs.compactMap { output in
            if let files = files[output.name] {
                return ObjectManifest.Port(name: output.name, kind: output.kind, files: files)
            }
            guard output.isOptional else {
                throw StageError(
                    "it ended without writing its output '\(output.name)'",
                    fix: "this is a mistake in the stage: report it", kind: .failed)
            }
            return nil
        }
    }
}
