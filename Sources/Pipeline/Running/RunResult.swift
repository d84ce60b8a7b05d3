public import JSONValues

/// What a run came to.
public struct RunResult: Sendable {
    public enum State: String, Sendable {
        case finished, failed, interrupted
    }

    public var state: State
    public var exitCode: Int32

    /// Absolute.
    public var folder: String

    /// Stages that ran, in the order in which they finished.
    public var executed: [String]

    /// Stages whose result was there, and stages that could not run, in the order of the plan.
    public var reused: [String]
    public var blocked: [String]

    /// One message per failed stage: `FILE: stages.map ('reduce.tsne'): what`, then `  fix: …`.
    public var failures: [String]

    /// For a shell; `nil` where there is nothing to go on with.
    public var commandToGoOn: String?

    public var json: JSONValue {
        var json: JSONObject = [
            "state": .string(state.rawValue), "folder": .string(folder), "executed": .strings(executed),
            "reused": .strings(reused), "blocked": .strings(blocked), "failures": .strings(failures),
        ]
        json["command"] = commandToGoOn.map(JSONValue.string)
        return .object(json)
    }
}
