import JSONValues

/// Something that happened in a run, for `events.jsonl`, logs and the terminal.
public enum RunEvent: Sendable, Hashable {
    /// Stages that have a result and stages that are still to run. The first of every run.
    case runStarted(name: String, finished: Int, waiting: Int)
    case stageReused(stage: String, key: String)
    /// `position` counts from 1 among the `total` stages of the plan.
    case stageStarted(stage: String, kind: String, key: String, position: Int, total: Int, reason: String)
    case progress(stage: String, done: Int, total: Int, unit: String, note: String)
    case log(stage: String, message: String)
    case warning(stage: String, message: String)
    case metric(stage: String, name: String, value: Double)
    case stageFinished(stage: String, seconds: Double, peakMemory: Int)
    case stageFailed(stage: String, message: String)
    case stageBlocked(stage: String, by: String)
    case stageInterrupted(stage: String)
    case runEnded(state: String, seconds: Double)

    /// The stage that it is about.
    public var stage: String? {
        switch self {
        case .runStarted, .runEnded: nil
        case .stageReused(let stage, _), .stageStarted(let stage, _, _, _, _, _), .progress(let stage, _, _, _, _),
            .log(let stage, _), .warning(let stage, _), .metric(let stage, _, _), .stageFinished(let stage, _, _),
            .stageFailed(let stage, _), .stageBlocked(let stage, _), .stageInterrupted(let stage):
            stage
        }
    }

    /// The event as a line of `events.jsonl`, without its time.
    var json: JSONObject {
        switch self {
        case .runStarted(let name, let finished, let waiting):
            [
                "event": "run-started", "convscope_version": .string(convscopeVersion), "name": .string(name),
                "finished": .integer(finished), "waiting": .integer(waiting),
            ]
        case .stageReused(let stage, let key):
            ["event": "stage-reused", "stage": .string(stage), "key": .string(key)]
        case .stageStarted(let stage, let kind, let key, let position, let total, let reason):
            [
                "event": "stage-started", "stage": .string(stage), "kind": .string(kind), "key": .string(key),
                "position": .integer(position), "total": .integer(total), "reason": .string(reason),
            ]
        case .progress(let stage, let done, let total, let unit, let note):
            [
                "event": "progress", "stage": .string(stage), "done": .integer(done), "total": .integer(total),
                "unit": .string(unit), "note": .string(note),
            ]
        case .log(let stage, let message):
            ["event": "log", "stage": .string(stage), "message": .string(message)]
        case .warning(let stage, let message):
            ["event": "warning", "stage": .string(stage), "message": .string(message)]
        case .metric(let stage, let name, let value):
            ["event": "metric", "stage": .string(stage), "name": .string(name), "value": .number(value)]
        case .stageFinished(let stage, let seconds, let peakMemory):
            [
                "event": "stage-finished", "stage": .string(stage), "seconds": .number(seconds),
                "peak_memory": .integer(peakMemory),
            ]
        case .stageFailed(let stage, let message):
            ["event": "stage-failed", "stage": .string(stage), "message": .string(message)]
        case .stageBlocked(let stage, let by):
            ["event": "stage-blocked", "stage": .string(stage), "by": .string(by)]
        case .stageInterrupted(let stage):
            ["event": "stage-interrupted", "stage": .string(stage)]
        case .runEnded(let state, let seconds):
            ["event": "run-ended", "state": .string(state), "seconds": .number(seconds)]
        }
    }
}
