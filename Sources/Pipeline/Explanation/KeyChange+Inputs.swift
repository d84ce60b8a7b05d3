import JSONValues

extension KeyChange {
    /// The differences of the sources of one input: what has other content, came, went, is called otherwise or stands in
    /// another place. A source that is not made yet is not compared.
    static func inputChanges(port: String, _ old: JSONValue?, _ new: JSONValue?) -> [KeyChange] {
        let (before, now) = (old?.array ?? [], new?.array ?? [])
        var (left, right) = (Array(before.enumerated()), Array(now.enumerated()))
        /// Takes out, pair by pair and in order, the sources that have something in common.
        func pairs(_ feature: (JSONValue) -> JSONValue?) -> [KeyChange] {
            var places: [JSONValue: [Int]] = [:]
            for place in left.indices.reversed() {
                if let key = feature(left[place].element) { places[key, default: []].append(place) }
            }
            var changes: [KeyChange] = []
            var paired: Set<Int> = []
            right = right.filter { index, value in
                guard let key = feature(value), let place = places[key]?.popLast() else { return true }
                paired.insert(place)
                let name = now.count > 1 ? "\(port)[\(index)]" : port
                changes.append(KeyChange(part: .input, name: name, old: left[place].element, new: value))
                return false
            }
            left = left.indices.filter { !paired.contains($0) }.map { left[$0] }
            return changes
        }
        _ = pairs { $0 }
        if left.isEmpty, right.isEmpty {
            return before == now ? [] : [KeyChange(part: .input, name: port, old: old, new: new)]
        }
        let changed = pairs { $0["label"] ?? .null } + pairs { $0["digest"] }
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
