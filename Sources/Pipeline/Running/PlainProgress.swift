import Synchronization

/// Whole lines for log files: what starts, what ends, warnings, and now and then how far it is.
public final class PlainProgress: ProgressSink {
    private struct Stage {
        var meter = ProgressMeter()
        var lastLine: Moment?
    }

    private static let secondsBetweenLines = 10.0

    private let write: @Sendable (String) -> Void
    /// Of the stages that run: when the last line of progress was written, and at which rate it goes.
    private let stages = Mutex<[String: Stage]>([:])

    /// - Parameter write: takes lines without their line break.
    public init(write: @escaping @Sendable (String) -> Void) { self.write = write }

    public func receive(_ event: RunEvent) {
        switch event {
        case .runStarted(let name, let finished, let waiting):
            write("\(name): \(finished) finished, \(waiting) to run")
        case .stageStarted(let stage, let kind, _, let position, let total, _):
            stages.withLock { $0[stage] = Stage() }
            write("[\(position)/\(total)] \(stage) (\(kind))")
        case .progress(let stage, let done, let total, let unit, let note):
            let line = stages.withLock { stages -> String? in
                let text = stages[stage, default: Stage()].meter.text(done: done, total: total, unit: unit, note: note)
                let now = Moment.now
                guard let last = stages[stage]?.lastLine else {
                    stages[stage]?.lastLine = now
                    return nil
                }
                guard now.seconds(since: last) >= Self.secondsBetweenLines else { return nil }
                stages[stage]?.lastLine = now
                return text
            }
            if let line { write("  \(stage): \(line)") }
        case .warning(let stage, let message): write("  \(stage): warning: \(message)")
        case .stageFinished(let stage, let seconds, _): write("  \(stage): done in \(durationInWords(seconds))")
        case .stageFailed(let stage, _): write("  \(stage): failed")
        case .stageBlocked(let stage, let by): write("  \(stage): blocked by \(by)")
        case .stageInterrupted(let stage): write("  \(stage): interrupted")
        case .runEnded(let state, let seconds): write("\(state) in \(durationInWords(seconds))")
        case .stageReused, .log, .metric: break
        }
    }
}
