import JSONValues
import Storage
import Synchronization

/// Takes every event to where it is read: `events.jsonl`, the log of its stage, and the terminal.
///
/// `events.jsonl` grows from run to run; every line names its run. Where it is large when a run begins, it is put aside,
/// in place of the one that was before, and a new one begins.
final class EventLog: Sendable {
    private struct State {
        /// Of the stages that are running.
        var stageLogs: [String: StageLog] = [:]
        /// Lines that are not in the file yet.
        var buffer: [UInt8] = []
        /// What the last line said of its time: events of one millisecond share it.
        var clock = (millisecond: 0, text: "")
    }

    private struct StageLog {
        var file: AppendedFile?
        var lastProgress: Moment?
    }

    private let events: AppendedFile
    private let run: String
    private let logFolder: String
    private let sink: (any ProgressSink)?
    /// Events of several threads one after the other, in the same order everywhere.
    private let state = Mutex(State())

    static let name = "events.jsonl"
    static let earlierName = "events-earlier.jsonl"

    /// Bytes; about ten runs of ten thousand stages.
    private static let largestFile = 16 << 20

    /// Progress goes to the file at most this often; the terminal gets all of it.
    private static let secondsBetweenProgress = 5.0

    /// Reused stages come by the thousand, and are told together.
    private static let bufferSize = 1 << 16

    /// - Parameter run: tells the lines of this run from those of others.
    init(folder: String, run: String, sink: (any ProgressSink)?) throws(FileSystemError) {
        logFolder = folder + "/logs"
        self.run = run
        self.sink = sink
        try FileSystem.makeFolder(logFolder)
        let path = folder + "/" + Self.name
        if let size = try FileSystem.status(of: path)?.size, size > Self.largestFile {
            try FileSystem.rename(path, to: folder + "/" + Self.earlierName)
        }
        events = try AppendedFile(path)
        // A kill may have left half a line, which readers pass over as long as no other follows on it.
        if let last = try events.lastByte(), last != UInt8(ascii: "\n") { try events.append([UInt8(ascii: "\n")]) }
    }

    /// A full disk does not stop a stage from here: the run record will not be written either, and says so.
    func send(_ event: RunEvent) {
        state.withLock { state in
            let now = Moment.now
            sink?.receive(event)
            if case .progress(let stage, _, _, _, _) = event {
                if let last = state.stageLogs[stage]?.lastProgress,
                    now.seconds(since: last) < Self.secondsBetweenProgress
                {
                    return
                }
                state.stageLogs[stage]?.lastProgress = now
            }
            append(event, now, &state)
            log(event, now, &state)
        }
    }

    private func append(_ event: RunEvent, _ now: Moment, _ state: inout State) {
        if state.clock.millisecond != now.millisecond { state.clock = (now.millisecond, now.text) }
        var line: JSONObject = ["time": .string(state.clock.text), "run": .string(run)]
        for (key, value) in event.json { line.append(key: key, value: value) }
        JSONValue.object(line).appendCompactText(to: &state.buffer)
        state.buffer.append(UInt8(ascii: "\n"))
        if case .stageReused = event, state.buffer.count < Self.bufferSize { return }
        try? events.append(state.buffer)
        state.buffer.removeAll(keepingCapacity: true)
    }

    private func log(_ event: RunEvent, _ now: Moment, _ state: inout State) {
        guard let stage = event.stage, let text = event.logLine else { return }
        if case .stageStarted = event {
            let path = logFolder + "/\(fileName(ofStage: stage)).log"
            state.stageLogs[stage] = StageLog(file: try? AppendedFile(path, isEmptied: true))
        }
        try? state.stageLogs[stage]?.file?.append(Array("\(now.text) \(text)\n".utf8))
        switch event {
        case .stageFinished, .stageFailed, .stageInterrupted: state.stageLogs[stage] = nil
        default: break
        }
    }
}

extension RunEvent {
    /// What the log of its stage says, without the time; `nil` where it is not told there.
    fileprivate var logLine: String? {
        switch self {
        case .stageStarted(let stage, let kind, let key, _, _, let reason):
            "\(stage) ('\(kind)') starts, because \(reason); key \(key)"
        case .progress(_, let done, let total, let unit, let note):
            "\(done) of \(total) \(unit)\(note.isEmpty ? "" : ", \(note)")"
        case .log(_, let message): message
        case .warning(_, let message): "warning: \(message)"
        case .metric(_, let name, let value): "\(name) = \(value)"
        case .stageFinished(_, let seconds, let peakMemory):
            "finished in \(durationInWords(seconds)), at most \(peakMemory / 1_000_000) MB"
        case .stageFailed(_, let message): "failed: \(message)"
        case .stageInterrupted: "interrupted"
        case .runStarted, .runEnded, .stageReused, .stageBlocked: nil
        }
    }
}
