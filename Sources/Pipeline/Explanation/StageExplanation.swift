public import JSONValues
import Storage

/// Why a stage will run, or need not.
public struct StageExplanation: Sendable {
    /// What its last result says about it.
    public enum History: Sendable {
        /// No run is recorded.
        case noRun
        /// The last run did not have the stage.
        case new
        /// It has never had one.
        case none
        /// It was made with the key of now, or with one that differs in these parts.
        case compared([KeyChange])
    }

    public let id: String
    /// `reduce.tsne`
    public let kind: String
    public let state: StageState
    public let history: History

    /// It runs although its result may be stored.
    public let isForced: Bool

    /// Stages that it takes from and that have to run first.
    public let waitsFor: [String]

    /// It waits, and its last result is stored and stays valid if what it waits for makes the same content again.
    public let mayStay: Bool

    /// `nil` unless it is blocked: the stage that has no result and is not selected.
    public let blockedBy: String?

    /// When the last run ended or, where it did not, began.
    public let lastRun: String?

    public var changes: [KeyChange] {
        if case .compared(let changes) = history { changes } else { [] }
    }

    /// What speaks for running but for what runs first.
    private func reasons(_ words: (KeyChange) -> String) -> [String] {
        guard case .willRun(let key, let reason) = state else { return [] }
        if !changes.isEmpty { return changes.map(words) + (isForced ? [RunReason.forced] : []) }
        if isForced { return [RunReason.forced] }
        if key != nil, reason != RunReason.absent { return [reason] }
        switch history {
        case .new: return ["new in the pipeline"]
        case _ where key == nil: return []
        case .noRun: return ["no earlier run is recorded"]
        case .none: return ["no earlier result"]
        case .compared: return ["the last result is no longer stored"]
        }
    }

    /// One line, empty where there is nothing to say.
    public var shortText: String {
        if let blockedBy { return "by \(blockedBy), which has no result and is not selected" }
        let reasons = reasons(\.shortText) + waitsFor.map { "upstream \($0) runs" }
        return reasons.prefix(3).joined(separator: "; ") + (reasons.count > 3 ? "; and \(reasons.count - 3) more" : "")
    }

    /// A line for the state and one for each reason.
    public var text: String {
        let title = "\(id) ('\(kind)')"
        switch state {
        case .finished(let key):
            return lines("\(title) is finished; key \(key.hex.prefix(12))…", sinceLastRun)
        case .willRun:
            let upstream = waitsFor.map { "takes from \($0), which runs first" }
            let cutoff = mayStay ? ["it need not run if what runs first makes the same content as before"] : []
            return lines("\(title) will run:", reasons(\.text) + upstream, cutoff)
        case .blocked: return "\(title) is blocked \(shortText)"
        case .notSelected: return "\(title) is not selected"
        }
    }

    /// What happened to a stage that need not run.
    private var sinceLastRun: [String] {
        let time = lastRun ?? "the last run"
        switch history {
        case .noRun, .none: return ["the result was there already"]
        case .new: return ["it is new in the pipeline since \(time), and the result was there already"]
        case .compared([]): return ["nothing changed since \(time)"]
        case .compared(let changes): return ["the result was there already; since \(time):"] + changes.map(\.text)
        }
    }

    private func lines(_ title: String, _ reasons: [String], _ closing: [String] = []) -> String {
        let limit = 20
        let rest = reasons.count > limit ? ["and \(reasons.count - limit) more"] : []
        return ([title] + (reasons.prefix(limit) + rest + closing).map { "  \($0)" }).joined(separator: "\n")
    }

    public var json: JSONValue {
        var json: JSONObject = ["id": .string(id), "stage": .string(kind), "state": .string(state.name)]
        switch state {
        case .finished(let key): json["key"] = .string(key.hex)
        case .willRun(let key, _):
            json["key"] = key.map { .string($0.hex) } ?? .null
            json["reason"] = .string(shortText)
        case .blocked, .notSelected: break
        }
        if let blockedBy { json["by"] = .string(blockedBy) }
        if !waitsFor.isEmpty {
            json["waits_for"] = .strings(waitsFor)
            json["may_stay"] = .bool(mayStay)
        }
        json["changes"] = .array(changes.map(\.json))
        return .object(json)
    }
}
