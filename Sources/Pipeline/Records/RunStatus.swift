public import JSONValues
import Storage

/// How a run stands, from its record alone.
public struct RunStatus: Sendable {
    public enum Life: String, Sendable {
        case running
        /// Its record says running, but its process is gone: it was killed, or the machine stopped.
        case killed
        /// Its record says running, and whether that is so cannot be seen from this machine.
        case unknown
        case ended
    }

    public let run: RecordedRun
    public let life: Life

    public init(_ run: RecordedRun) {
        self.run = run
        guard run.state == "running" else {
            life = .ended
            return
        }
        let process = run.json["process"].flatMap(ProcessIdentity.init(json:))
        life =
            switch process?.life(onSharedDisk: FileSystem.isShared(run.folder)) {
            case .alive: .running
            case .dead: .killed
            case .unknown, nil: .unknown
            }
    }

    /// What a stage is doing: its state in the record, but `interrupted` where it ran when its run was killed.
    public func state(of stage: RecordedRun.Stage) -> String {
        life == .killed && stage.state == "running" ? "interrupted" : stage.state ?? "?"
    }

    /// How many stages are in each state, in the order of their first.
    public var counts: [(state: String, count: Int)] {
        var counts: JSONObject = [:]
        for stage in run.stages { counts[state(of: stage)] = .integer((counts[state(of: stage)]?.int ?? 0) + 1) }
        return counts.map { ($0, $1.int ?? 0) }
    }

    /// The first line: what the run is, and how it stands.
    public var title: String {
        let state =
            switch life {
            case .running: "runs since \(run.json["started"]?.string ?? "?")"
            case .killed: "stopped without an end (killed?)"
            case .unknown: "runs, or was killed, on \(run.json["host"]?.string ?? "another machine")"
            case .ended: "\(run.state ?? "?") \(run.json["ended"]?.string ?? "")"
            }
        return "\(run.name ?? run.folder): \(state)"
    }

    /// The command that goes on where the run stopped, from the working folder of now; `nil` where there is nothing to go
    /// on with, or it still runs.
    public var commandToGoOn: String? {
        guard life != .running, run.state != "finished",
            let words = (run.json["go_on_with"] ?? run.json["command_line"])?.array
        else { return nil }
        let command = shellCommand(words.compactMap(\.string))
        guard let folder = run.json["working_folder"]?.string, folder != Paths.workingFolder else { return command }
        return "cd \(quoted(folder)) && \(command)"
    }

    public var json: JSONValue {
        var json: JSONObject = [
            "name": run.name.map(JSONValue.string) ?? .null, "folder": .string(run.folder),
            "state": .string(life == .killed ? "killed" : run.state ?? "unknown"), "life": .string(life.rawValue),
        ]
        if let command = commandToGoOn { json["command"] = .string(command) }
        json["stages"] = .array(
            run.stages.map { stage in
                var entry: JSONObject = ["id": .string(stage.id), "state": .string(state(of: stage))]
                for name in ["stage", "reason", "error", "started", "seconds", "peak_memory"] {
                    entry[name] = stage.json[name]
                }
                return .object(entry)
            })
        return .object(json)
    }
}
