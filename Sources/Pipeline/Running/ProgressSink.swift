/// Something that shows a run while it goes on.
public protocol ProgressSink: Sendable {
    /// Called for every event, one at a time, from any thread.
    func receive(_ event: RunEvent)
}

/// How far a stage is, and how fast.
struct ProgressMeter: Sendable {
    private var start: (moment: Moment, done: Int)?

    /// `450/1000 iterations, 81.2/s, 7 s left, loss 0.3`
    mutating func text(done: Int, total: Int, unit: String, note: String) -> String {
        let now = Moment.now
        if start.map({ done < $0.done }) ?? true { start = (now, done) }
        var text = total > 0 ? "\(done)/\(total) \(unit)" : "\(done) \(unit)"
        let seconds = now.seconds(since: start!.moment)
        if seconds > 0.5, done > start!.done {
            let rate = Double(done - start!.done) / seconds
            text += ", \(Self.rateInWords(rate))"
            if total > done { text += ", \(durationInWords(Double(total - done) / rate)) left" }
        }
        return note.isEmpty ? text : text + ", " + note
    }

    private static func rateInWords(_ rate: Double) -> String {
        rate >= 100 ? "\(Int(rate.rounded()))/s" : "\((rate * 10).rounded() / 10)/s"
    }
}
