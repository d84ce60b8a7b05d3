import Foundation

/// Instances of one stage that follow each other on the page, as the rows of one table: a column for each axis of the
/// matrix, and one for each number that the instances noted.
struct Sweep {
    struct Row {
        /// Position among the sections of the page.
        var section: Int
        /// One for each axis.
        var values: [String]
        var metrics: [String: Double]
    }

    /// What the pipeline file calls the stage: `map`.
    let name: String
    let axes: [String]
    let metrics: [String]
    let rows: [Row]

    /// The sweeps of a page, by the position of their first section.
    static func all(in sections: [ReportPage.Section]) -> [Int: Sweep] {
        var sweeps: [Int: Sweep] = [:]
        var start = 0
        while start < sections.count {
            let first = Instance(parsing: sections[start].label)
            var end = start + 1
            while let first, end < sections.count, sections[end].stage == sections[start].stage,
                let next = Instance(parsing: sections[end].label), next.name == first.name, next.axes == first.axes
            {
                end += 1
            }
            if let first, end - start > 1 { sweeps[start] = Sweep(first, sections, start..<end) }
            start = end
        }
        return sweeps
    }

    private init(_ first: Instance, _ sections: [ReportPage.Section], _ positions: Range<Int>) {
        name = first.name
        axes = first.axes
        var seen: Set<String> = []
        metrics = sections[positions].flatMap { $0.metrics.map(\.name) }.filter { seen.insert($0).inserted }
        rows = positions.map { position in
            let section = sections[position]
            return Row(
                section: position, values: Instance(parsing: section.label)!.values,
                metrics: Dictionary(section.metrics.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }))
        }
    }

    // MARK: - Numbers

    /// Four significant digits of the largest, and the same number of digits after the point in each row: digits stand
    /// below digits.
    func format(of metric: String) -> NumberFormat {
        let values = rows.compactMap { $0.metrics[metric] }.filter(\.isFinite)
        if values.allSatisfy({ $0 == $0.rounded() && abs($0) < 1e15 }) { return .count }
        let largest = values.map(abs).max()!
        guard (1e-4..<1e15).contains(largest) else { return .automatic }
        return .fixed(max(3 - Int(log10(largest).rounded(.down)), 0))
    }

    /// Metrics of which it is known that less, or more, is better.
    private static let lowerIsBetter: Set = ["kl_divergence", "loss", "validation_loss"]
    private static let higherIsBetter: Set = ["accuracy", "explained_variance_ratio", "validation_accuracy"]

    /// Axes along which a metric does not compare: t-SNE's divergence is from another distribution for each perplexity.
    private static let frames = ["kl_divergence": "perplexity"]

    /// The axis that the values of a metric must share to be compared, where the sweep has it.
    func frame(of metric: String) -> String? {
        Self.frames[metric].flatMap { axes.contains($0) ? $0 : nil }
    }

    /// The rows with the best value of a metric; none where nobody knows which it is, or where all are equal.
    func best(_ metric: String) -> Set<Int> {
        let isLower = Self.lowerIsBetter.contains(metric)
        guard isLower || Self.higherIsBetter.contains(metric) else { return [] }
        let axis = frame(of: metric).flatMap(axes.firstIndex(of:))
        let comparable = Dictionary(grouping: rows.indices) { row in axis.map { rows[row].values[$0] } ?? "" }
        return comparable.values.reduce(into: []) { best, group in
            let values = group.compactMap { rows[$0].metrics[metric] }
            guard let least = values.min(), let most = values.max(), least < most else { return }
            best.formUnion(group.filter { rows[$0].metrics[metric] == (isLower ? least : most) })
        }
    }
}

/// `map[perplexity=5,seed=0]` in parts.
private struct Instance {
    var name: String
    var axes: [String] = []
    var values: [String] = []

    /// `nil` where the label names no instance.
    init?(parsing label: String) {
        guard label.last == "]", let bracket = label.firstIndex(of: "[") else { return nil }
        name = String(label[..<bracket])
        for part in label[label.index(after: bracket)...].dropLast().split(
            separator: ",", omittingEmptySubsequences: false)
        {
            if let match = part.prefixMatch(of: /([A-Za-z0-9_.-]+)=/) {
                axes.append(String(match.1))
                values.append(String(part[match.range.upperBound...]))
            } else if values.isEmpty {
                return nil
            } else {
                // A comma of the value itself, as in layers=["a","b"].
                values[values.count - 1] += "," + part
            }
        }
    }
}
