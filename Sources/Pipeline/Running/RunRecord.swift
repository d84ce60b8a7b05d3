import JSONValues
import Storage

/// `run.json`: what was asked for, what happened, what came out.
struct RunRecord {
    /// What happened to a stage.
    enum State: String, Sendable {
        /// Not reached yet.
        case waiting
        case running
        /// It ran and its result is stored.
        case finished
        /// Its result was there already.
        case reused
        case failed
        /// A stage that it takes from failed.
        case blocked
        case interrupted
    }

    struct Stage {
        var state = State.waiting
        var reason = ""
        var key: Digest?
        var started: Moment?
        var ended: Moment?
        var manifest: ObjectManifest?
        var warnings: [String] = []
        var error: String?
    }

    static let format = "convscope-run 1"

    let path: String
    let plan: Plan
    let facts: JSONObject
    let started = Moment.now
    var stages: [Stage]
    var state = "running"

    private var lastWrite: (ended: Moment, seconds: Double)?

    init(folder: String, plan: Plan, facts: JSONObject) {
        path = folder + "/run.json"
        self.plan = plan
        self.facts = facts
        stages = Array(repeating: Stage(), count: plan.stages.count)
    }

    /// The record that the run before left in a run folder; `nil` where none is, or something else has its name.
    static func former(in folder: String) -> JSONValue? {
        guard let bytes = try? FileSystem.read(folder + "/run.json"), let json = try? JSONDocument(parsing: bytes).root,
            json["format"]?.string == format
        else { return nil }
        return json
    }

    /// Writes the record in one step. Unless `isForced`, not more often than costs a twentieth of the time.
    mutating func write(isForced: Bool = false) throws(FileSystemError) {
        let start = Moment.now
        if !isForced, let last = lastWrite, start.seconds(since: last.ended) < 20 * last.seconds { return }
        try FileSystem.replace(path, with: json.prettyText + "\n")
        let end = Moment.now
        lastWrite = (end, end.seconds(since: start))
    }

    private var json: JSONValue {
        var json: JSONObject = [
            "format": .string(Self.format), "name": .string(plan.file.name), "state": .string(state),
            "started": .string(started.text),
        ]
        if state != "running" {
            let now = Moment.now
            json["ended"] = .string(now.text)
            json["seconds"] = .number(now.seconds(since: started))
        }
        for (key, value) in facts { json[key] = value }
        json["pipeline"] = .object(plan.file.resolved)
        json["stages"] = .object(JSONObject(zip(plan.stages, stages).map { ($0.id, Self.json($0, $1)) }))
        return .object(json)
    }

    private static func json(_ planned: PlannedStage, _ stage: Stage) -> JSONValue {
        var json: JSONObject = [
            "stage": .string(planned.kind), "version": .integer(type(of: planned.stage).version),
            "state": .string(stage.state.rawValue),
        ]
        if !stage.reason.isEmpty { json["reason"] = .string(stage.reason) }
        if let key = stage.key { json["key"] = .string(key.hex) }
        if let started = stage.started { json["started"] = .string(started.text) }
        if let started = stage.started, let ended = stage.ended {
            json["ended"] = .string(ended.text)
            json["seconds"] = .number(ended.seconds(since: started))
        }
        if let error = stage.error { json["error"] = .string(error) }
        if let manifest = stage.manifest {
            json["manifest"] = manifest.keyManifest
            if stage.state == .reused { json["made"] = .object(manifest.record) }
            json["peak_memory"] = manifest.record["peak_memory"]
            json["metrics"] = manifest.record["metrics"]
            json["warnings"] = manifest.record["warnings"]
            json["outputs"] = .object(
                JSONObject(manifest.ports.map { ($0.name, Self.json($0, folder: fileName(ofStage: planned.id))) }))
        } else if !stage.warnings.isEmpty {
            json["warnings"] = .strings(stage.warnings)
        }
        return .object(json)
    }

    private static func json(_ port: ObjectManifest.Port, folder: String) -> JSONValue {
        let files = port.files.map { file -> JSONValue in
            [
                "path": .string("outputs/\(folder)/\(file.path)"), "size": .integer(file.size),
                "sha256": .string(file.byteDigest.hex),
            ]
        }
        return ["kind": .string(port.kind), "digest": .string(port.digest.hex), "files": .array(files)]
    }
}
