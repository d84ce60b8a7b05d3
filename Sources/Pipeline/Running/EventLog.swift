import JSONValues
import Storage
import Synchronization

/// Takes every event to where it is read: `events.jsonl`, the log of its stage, and the terminal.
final class EventLog: Sendable {
    private struct State {
        var stageLog: AppendedFile?
        var lastProgress: Moment?
    }

    private let events: AppendedFile
    private let logFolder: String
    private let sink: (any ProgressSink)?
    /// Events of several threads one after the other, in the same order everywhere.
    private let state = Mutex(State())

    /// Progress goes to the file at most this often; the terminal gets all of it.
    private static let secondsBetweenProgress = 5.0

    init(folder: String, sink: (any ProgressSink)?) throws(FileSystemError) {
        logFolder = folder + "/logs"
        self.sink = sink
        try FileSystem.makeFolder(logFolder)
        events = try AppendedFile(folder + "/events.jsonl", isEmptied: true)
    }

    /// A full disk does not stop a stage from here: the run record will not be written either, and says so.
    func send(_ event: RunEvent) {
        state.withLock { state in
            let now = Moment.now
            sink?.receive(event)
            if case .progress = event {
                if let last = state.lastProgress, now.seconds(since: last) < Self.secondsBetweenProgress { return }
                state.lastProgress = now
            }
            var line: JSONObject = ["time": .string(now.text)]
            for (key, value) in event.json { line[key] = value }
            try? events.append(JSONValue.object(line).compactText + "\n")
            log(event, now, &state)
        }
    }

    private func log(_ event: RunEvent, _ now: Moment, _ state: inout State) {
        let text: String
        switch event {
        case .stageStarted(let stage, let kind, let key, _, _, let reason):
            state.stageLog = try? AppendedFile(logFolder + "/\(fileName(ofStage: stage)).log", isEmptied: true)
            state.lastProgress = nil
            text = "\(stage) ('\(kind)') starts, because \(reason); key \(key)"
        case .progress(_, let done, let total, let unit, let note):
            text = "\(done) of \(total) \(unit)\(note.isEmpty ? "" : ", \(note)")"
        case .log(_, let message): text = message
        case .warning(_, let message): text = "warning: \(message)"
        case .metric(_, let name, let value): text = "\(name) = \(value)"
        case .stageFinished(_, let seconds, let peakMemory):
            text = "finished in \(durationInWords(seconds)), at most \(peakMemory / 1_000_000) MB"
        case .stageFailed(_, let message): text = "failed: \(message)"
        case .stageInterrupted: text = "interrupted"
        case .runStarted, .runEnded, .stageReused, .stageBlocked: return
        }
        try? state.stageLog?.append("\(now.text) \(text)\n")
        switch event {
        case .stageFinished, .stageFailed, .stageInterrupted: state.stageLog = nil
        default: break
        }
    }
}

/// What files and folders of a stage are called: its name, with what a file name cannot hold as `%2F`, so that different
/// stages have different names.
func fileName(ofStage id: String) -> String {
    func fits(_ byte: UInt8) -> Bool { byte != 0x2F && byte != 0x25 && byte >= 0x20 && byte != 0x7F }
    if id.utf8.allSatisfy(fits) { return id }
    return id.unicodeScalars.reduce(into: "") { name, scalar in
        if scalar.isASCII, !fits(UInt8(scalar.value)) {
            let digits = String(scalar.value, radix: 16, uppercase: true)
            name += "%" + (digits.count < 2 ? "0" : "") + digits
        } else {
            name.unicodeScalars.append(scalar)
        }
    }
}

/// The most bytes that the name of a run, a stage or an instance may have: file systems allow 255, and some of them are
/// for what is added, as `.log`.
let nameLimit = 200
