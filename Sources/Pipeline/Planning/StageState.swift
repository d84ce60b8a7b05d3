public import Storage

/// What a run would do with a stage, and why.
public enum StageState: Sendable {
    /// Its result is in the store.
    case finished(key: Digest)
    /// `key` is unknown while a stage that it takes from has to run first.
    case willRun(key: Digest?, reason: String)
    /// It would run, but a stage upstream has no result and is not selected.
    ///
    /// - Parameter by: the position of that stage in the plan.
    case blocked(by: Int)
    /// It has no result, and nobody asked for it.
    case notSelected

    /// `finished`, `will run`, `blocked`, `not selected`.
    public var name: String {
        switch self {
        case .finished: "finished"
        case .willRun: "will run"
        case .blocked: "blocked"
        case .notSelected: "not selected"
        }
    }

    public var isFinished: Bool {
        if case .finished = self { true } else { false }
    }

    public var willRun: Bool {
        if case .willRun = self { true } else { false }
    }
}

/// Why a stage runs, in words.
enum RunReason {
    static let absent = "no result is stored"
    static let interrupted = "the run was interrupted before it was looked at"
    static let forced = "it is forced"
    static func damaged(_ reason: String) -> String { "the stored result is damaged: \(reason)" }
}
