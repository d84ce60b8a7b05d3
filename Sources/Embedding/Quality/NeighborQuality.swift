/// Mean share of the `count` nearest neighbours that two tables of the same samples have in common, 0...1.
public func neighborOverlap(_ first: NeighborTable, _ second: NeighborTable, count: Int) -> Double {
    precondition(first.samples == second.samples, "tables of \(first.samples) and \(second.samples) samples")
    precondition(
        count >= 1 && count <= min(first.count, second.count),
        "\(count) neighbours out of \(first.count) and \(second.count)")
    var common = 0
    for row in 0..<first.samples {
        let known = Set(first.indices[row * first.count..<row * first.count + count])
        for index in second.indices[row * second.count..<row * second.count + count] where known.contains(index) {
            common += 1
        }
    }
    return Double(common) / Double(first.samples * count)
}

/// Share of samples whose label is the most frequent one among their `count` nearest others, 0...1. Of equally frequent
/// labels the smallest counts.
///
/// With a table of neighbours that leaves out the sample itself this is leave-one-out accuracy. Labels below 0 are
/// unknown: such samples have no vote and are not asked; where none is left the accuracy is 0.
public func neighborAccuracy(_ table: NeighborTable, labels: [Int], count: Int) -> Double {
    precondition(labels.count == table.samples, "\(labels.count) labels for \(table.samples) samples")
    precondition(count >= 1 && count <= table.count, "\(count) neighbours out of \(table.count)")
    var right = 0
    let asked = (0..<table.samples).filter { labels[$0] >= 0 }
    for row in asked {
        var votes: [Int: Int] = [:]
        for index in table.indices[row * table.count..<row * table.count + count] where labels[Int(index)] >= 0 {
            votes[labels[Int(index)], default: 0] += 1
        }
        let winner = votes.max { ($0.value, $1.key) < ($1.value, $0.key) }
        if winner?.key == labels[row] { right += 1 }
    }
    return asked.isEmpty ? 0 : Double(right) / Double(asked.count)
}
