import JSONValues

extension KeyChange {
    /// The differences of the sources of one input: what has other content, came, went, is called otherwise or stands in
    /// another place. A source that is not made yet is not compared.
    static func inputChanges(port: String, _ old: JSONValue?, _ new: JSONValue?) -> [KeyChange] {
        let (before, now) = (old?.array ?? [], new?.array ?? [])
        var (left, right) = (Array(before.enumerated()), Array(now.enumerated()))
        /// Takes out what two sources have in common by some measure, pair by pair.
        func pairs(_ isSame: (JSONValue, JSONValue) -> Bool) -> [KeyChange] {
            var changes: [KeyChange] = []
            right = right.filter { index, value in
                guard let partner = left.firstIndex(where: { isSame($0.element, value) }) else { return true }
                let name = now.count > 1 ? "\(port)[\(index)]" : port
                changes.append(KeyChange(part: .input, name: name, old: left.remove(at: partner).element, new: value))
                return false
            }
            return changes
        }
        _ = pairs(==)
        if left.isEmpty, right.isEmpty {
            return before == now ? [] : [KeyChange(part: .input, name: port, old: old, new: new)]
        }
        let changed =
            pairs { $0["label"] == $1["label"] } + pairs { $0["digest"] != nil && $0["digest"] == $1["digest"] }
        let added = right.map { KeyChange(part: .input, name: port, new: $0.element) }
        let removed = left.map { KeyChange(part: .input, name: port, old: $0.element) }
        return (changed + added).filter { !($0.new?.isUnknown ?? false) } + removed
    }

    /// Whether the same sources stand in another order.
    var isReordering: Bool { part == .input && old?.array != nil && new?.array != nil }
}

extension JSONValue {
    /// Whether a source in a manifest has no digest yet.
    fileprivate var isUnknown: Bool { (self["digest"] ?? self).isNull }
}
