/// How tensors of a file are called in a network: `encoder.*` → `features.*`.
///
/// The old name is exact or has one star, which stands for any characters; a star in the new name is replaced by what the
/// old one's stood for.
public struct RenameRule: Sendable, Hashable {
    public let old: String
    public let new: String
    private let oldStar: Substring.Index?

    /// `nil` when a name is empty or has two stars, or the new name has a star and the old one none.
    public init?(_ old: String, to new: String) {
        func stars(_ name: String) -> Int { name.count { $0 == "*" } }
        guard !old.isEmpty, !new.isEmpty, stars(old) <= 1, stars(new) <= stars(old) else { return nil }
        self.old = old
        self.new = new
        oldStar = old.firstIndex(of: "*")
    }

    /// The new name, or `nil` when the rule does not fit.
    public func renamed(_ name: String) -> String? {
        guard let oldStar else { return name == old ? new : nil }
        let (before, after) = (old[..<oldStar], old[old.index(after: oldStar)...])
        guard name.utf8.count >= before.utf8.count + after.utf8.count, name.hasPrefix(before), name.hasSuffix(after)
        else { return nil }
        let middle = name.dropFirst(before.count).dropLast(after.count)
        return new.replacing("*", with: middle)
    }

    /// What the most specific rule that fits makes of a name: an exact one, or else the one with the longest old name.
    static func apply(_ rules: [RenameRule], to name: String) -> (rule: RenameRule, name: String)? {
        var best: (rule: RenameRule, name: String)?
        for rule in rules {
            guard let renamed = rule.renamed(name), best.map({ rule.isMoreSpecific(than: $0.rule) }) ?? true else {
                continue
            }
            best = (rule, renamed)
        }
        return best
    }

    /// Old names differ, so one of two rules always is.
    private func isMoreSpecific(than other: RenameRule) -> Bool {
        (oldStar == nil ? 1 : 0, old.utf8.count, old) > (other.oldStar == nil ? 1 : 0, other.old.utf8.count, other.old)
    }
}
