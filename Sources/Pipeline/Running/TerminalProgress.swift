import Synchronization

/// One line at the bottom of a terminal that says what runs and how far it is; what has ended scrolls up above it.
public final class TerminalProgress: ProgressSink {
    private struct State {
        /// In the order of their start.
        var stages: [LiveStage] = []
        var shown: Moment?
    }

    private struct LiveStage {
        let stage: String
        let title: String
        var meter = ProgressMeter()
        var progress = ""

        var text: String { progress.isEmpty ? title : "\(title)  \(progress)" }
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
                line("\(name): \(finished) finished, \(waiting) to run", state)
            case .stageStarted(let stage, let kind, _, let position, let total, _):
                state.stages.append(LiveStage(stage: stage, title: "[\(position)/\(total)] \(stage) (\(kind))"))
                live(state)
            case .progress(let stage, let done, let total, let unit, let note):
                guard let index = state.stages.firstIndex(where: { $0.stage == stage }) else { return }
                state.stages[index].progress = state.stages[index].meter.text(
                    done: done, total: total, unit: unit, note: note)
                let now = Moment.now
                if let shown = state.shown, now.seconds(since: shown) < Self.secondsBetweenUpdates, done < total {
                    return
                }
                state.shown = now
                live(state)
            case .warning(let stage, let message): line("  \(stage): warning: \(message)", state)
            case .stageFinished(let stage, let seconds, _): end(stage, durationInWords(seconds), &state)
            case .stageFailed(let stage, _): end(stage, "failed", &state)
            case .stageInterrupted(let stage): end(stage, "interrupted", &state)
            case .stageBlocked(let stage, let by): line("  \(stage): blocked by \(by)", state)
            case .runEnded(let end, let seconds):
                state.stages = []
                line("\(end) in \(durationInWords(seconds))", state)
            case .stageReused, .log, .metric: break
            }
        }
    }

    /// Shows what runs, until the next text replaces it; never longer than the line, or it could not be replaced.
    private func live(_ state: State) {
        let text = state.stages.map(\.text).joined(separator: " | ")
        write(Self.clearLine + text.visible(showingLineBreaks: true).prefix(max(10, columns() - 1)))
    }

    /// Writes a line that stays, and the live one below it again.
    private func line(_ text: String, _ state: State) {
        write(Self.clearLine + text.visible() + "\n")
        if !state.stages.isEmpty { live(state) }
    }

    private func end(_ stage: String, _ words: String, _ state: inout State) {
        let index = state.stages.firstIndex { $0.stage == stage }
        let title = index.map { state.stages.remove(at: $0).title } ?? "  \(stage):"
        line("\(title)  \(words)", state)
    }
}
