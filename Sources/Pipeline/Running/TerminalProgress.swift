import Synchronization

/// One line at the bottom of a terminal that says what runs and how far it is; what has ended scrolls up above it.
public final class TerminalProgress: ProgressSink {
    private struct State {
        var meter = ProgressMeter()
        var title = ""
        var shown: Moment?
    }

    private static let secondsBetweenUpdates = 0.1
    private static let clearLine = "\r\u{1B}[K"

    private let write: @Sendable (String) -> Void
    private let columns: @Sendable () -> Int
    /// What the live line shows.
    private let state = Mutex(State())

    /// - Parameters:
    ///   - columns: the width of the terminal at this moment.
    ///   - write: takes text with control sequences, as it goes to the terminal.
    public init(columns: @escaping @Sendable () -> Int, write: @escaping @Sendable (String) -> Void) {
        self.columns = columns
        self.write = write
    }

    public func receive(_ event: RunEvent) {
        state.withLock { state in
            switch event {
            case .runStarted(let name, let finished, let waiting):
                line("\(name): \(finished) finished, \(waiting) to run", &state)
            case .stageStarted(let stage, let kind, _, let position, let total, _):
                state = State(title: "[\(position)/\(total)] \(stage) (\(kind))")
                live(state.title)
            case .progress(_, let done, let total, let unit, let note):
                let text = state.meter.text(done: done, total: total, unit: unit, note: note)
                let now = Moment.now
                if let shown = state.shown, now.seconds(since: shown) < Self.secondsBetweenUpdates, done < total {
                    return
                }
                state.shown = now
                live("\(state.title)  \(text)")
            case .warning(let stage, let message): line("  \(stage): warning: \(message)", &state)
            case .stageFinished(_, let seconds, _):
                line("\(state.title)  \(durationInWords(seconds))", &state, ends: true)
            case .stageFailed: line("\(state.title)  failed", &state, ends: true)
            case .stageInterrupted: line("\(state.title)  interrupted", &state, ends: true)
            case .stageBlocked(let stage, let by): line("  \(stage): blocked by \(by)", &state)
            case .runEnded(let end, let seconds): line("\(end) in \(durationInWords(seconds))", &state, ends: true)
            case .stageReused, .log, .metric: break
            }
        }
    }

    /// Shows a text that the next one will replace; never longer than the line, or it could not be.
    private func live(_ text: String) {
        write(Self.clearLine + text.visible(showingLineBreaks: true).prefix(max(10, columns() - 1)))
    }

    /// Writes a line that stays, and the live one below it again.
    private func line(_ text: String, _ state: inout State, ends: Bool = false) {
        if ends { state.title = "" }
        write(Self.clearLine + text.visible() + "\n")
        if !state.title.isEmpty { live(state.title) }
    }
}
