public import JSONValues
import Storage

/// Why a stage will run, or need not.
public struct StageExplanation: Sendable {
    /// What its last result says about it.
    public enum History: Sendable {
        /// It has never had one, as far as is known.
        case none
        /// Its key cannot be compared: nothing is known of the last one but itself.
        case unknown
        /// It was made with the key of now, or with one that differs in these parts.
        case compared([KeyChange])
    }

    public let id: String
    /// `reduce.tsne`
    public let kind: String
    public let state: StageState
    public let history: History

    /// Stages that it takes from and that have to run first.
    public let waitsFor: [String]

    /// `nil` unless it is blocked: the stage that has no result and is not selected.
    public let blockedBy: String?

    /// When the last run ended or, where it did not, began.
    public let lastRun: String?

    public var changes: [KeyChange] {
        if case .compared(let changes) = history { changes } else { [] }
    }

    /// Everything that speaks for running, in a few words each.
    private var reasons: [String] {
        guard case .willRun(let key, let reason) = state else { return [] }
        var reasons = changes.map(\.shortText)
        if reasons.isEmpty, key != nil {
            switch history {
            case _ where reason != RunReason.absent: reasons = [reason]
            case .none: reasons = ["no earlier result"]
            case .unknown: reasons = ["the last result was made in another way"]
            case .compared: reasons = ["the last result is no longer stored"]
            }
        }
        return reasons + waitsFor.map { "upstream \($0) runs" }
    }

    /// One line, empty where there is nothing to say.
    public var shortText: String {
        if let blockedBy { return "by \(blockedBy), which has no result and is not selected" }
        let reasons = reasons
        return reasons.prefix(3).joined(separator: "; ") + (reasons.count > 3 ? "; and \(reasons.count - 3) more" : "")
    }

    /// A line for the state and one for each reason.
    public var text: String {
        let title = "\(id) ('\(kind)')"
        switch state {
        case .finished(let key):
            let since =
                changes.isEmpty
                ? ["nothing changed since \(lastRun ?? "it was made")"]
                : ["the result was there already; since \(lastRun ?? "the last run"):"] + changes.map(\.text)
            return lines("\(title) is finished; key \(key.hex.prefix(12))…", since)
        case .willRun:
            let own = changes.isEmpty ? reasons.filter { !$0.hasPrefix("upstream ") } : changes.map(\.text)
            return lines("\(title) will run:", own + waitsFor.map { "takes from \($0), which runs first" })
        case .blocked: return "\(title) is blocked \(shortText)"
        case .notSelected: return "\(title) is not selected"
        }
    }

    private func lines(_ title: String, _ reasons: [String]) -> String {
        let limit = 20
        let rest = reasons.count > limit ? ["and \(reasons.count - limit) more"] : []
        return ([title] + (reasons.prefix(limit) + rest).map { "  \($0)" }).joined(separator: "\n")
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
        if !waitsFor.isEmpty { json["waits_for"] = .strings(waitsFor) }
        json["changes"] = .array(changes.map(\.json))
        return .object(json)
    }
}
