import JSONValues
import Storage

/// What happened in a run: the content of `run.json`.
struct RunRecord {
    /// What happened to a stage.
    enum State: String, Sendable {
        /// Not reached, or nobody asked for it.
        case waiting
        case running
        /// It ran and its result is stored.
        case finished
        /// Its result was there already.
        case reused
        case failed
        /// A stage that it takes from has no result.
        case blocked
        case interrupted

        var hasResult: Bool { self == .finished || self == .reused }
    }

    struct Stage {
        var state = State.waiting
        var reason = ""
        var key: Digest?
        /// What the key was made from.
        var keyManifest: DeferredJSON?
        var started: Moment?
        var ended: Moment?
        var object: ObjectManifest?
        var error: String?
        /// Key, manifest and outputs of its last result, in case this run has none.
        var last: JSONValue?
    }

    static let name = "run.json"
    static let format = "convscope-run 1"

    let path: String
    let plan: Plan

    /// Members of the file that stay as they are during the run.
    let facts: JSONObject
    let started: Moment
    var stages: [Stage]
    var state = "running"

    private var lastWrite: (ended: Moment, seconds: Double)?

    init(folder: String, plan: Plan, started: Moment, facts: JSONObject) {
        path = folder + "/" + Self.name
        self.plan = plan
        self.started = started
        self.facts = facts
        stages = Array(repeating: Stage(), count: plan.stages.count)
    }

    /// Writes the record in one step. Unless `isForced`, not more often than costs a twentieth of the time.
    ///
    /// - Parameter isDurable: whether it must survive a power failure.
    mutating func write(isForced: Bool = false, isDurable: Bool = false) throws(FileSystemError) {
        let start = Moment.now
        if !isForced, let last = lastWrite, start.seconds(since: last.ended) < 20 * last.seconds { return }
        try FileSystem.replace(path, with: bytes, isDurable: isDurable)
        let end = Moment.now
        lastWrite = (end, end.seconds(since: start))
    }
}
