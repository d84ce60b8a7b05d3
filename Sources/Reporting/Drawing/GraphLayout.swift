/// Places the nodes of a graph without cycles in columns, so that all arrows point to the right.
///
/// The layered method of Sugiyama, Tagawa & Toda, "Methods for visual understanding of hierarchical system structures",
/// IEEE Transactions on Systems, Man and Cybernetics 11 (1981) 109–125: columns by longest path, long arrows bent at one
/// invisible node per column they pass, orders by barycentres, heights by least squares.
struct GraphLayout: Sendable {
    struct Arrow: Sendable {
        var source: Int
        var target: Int
        /// Heights at the columns between source and target, in rows.
        var bends: [Double]
    }

    /// By node, from 0.
    private(set) var columns: [Int]
    /// By node, from 0, in rows: nodes of one column are at least 1 apart.
    private(set) var heights: [Double]
    private(set) var arrows: [Arrow] = []

    private static let sweeps = 12

    /// - Parameter sources: by node, the nodes that arrows come from; each before the node itself.
    init(sources: [[Int]]) {
        columns = Self.columns(sources)
        heights = []
        var graph = Bent(columns: columns, sources: sources)
        for sweep in 0..<Self.sweeps { graph.order(isForward: sweep % 2 == 0) }
        for sweep in 0..<Self.sweeps { graph.align(isForward: sweep % 2 == 0) }
        graph.moveToTop()
        heights = Array(graph.heights.prefix(sources.count))
        arrows = graph.chains.map { chain in
            Arrow(
                source: chain.first!, target: chain.last!, bends: chain.dropFirst().dropLast().map { graph.heights[$0] }
            )
        }
    }

    private static func columns(_ sources: [[Int]]) -> [Int] {
        var columns: [Int] = []
        for own in sources { columns.append((own.map { columns[$0] }.max() ?? -1) + 1) }
        // What takes from nothing stands right before what takes from it, not at the far left.
        var firstTarget = [Int](repeating: .max, count: columns.count)
        for (target, own) in sources.enumerated() {
            for source in own { firstTarget[source] = min(firstTarget[source], columns[target]) }
        }
        for index in columns.indices where sources[index].isEmpty && firstTarget[index] < .max {
            columns[index] = firstTarget[index] - 1
        }
        return columns
    }
}

/// The graph with its long arrows cut into pieces that reach from one column to the next.
private struct Bent {
    /// By arrow: source, invisible nodes, target.
    private(set) var chains: [[Int]] = []
    private(set) var heights: [Double]
    /// By column, from top to bottom.
    private var order: [[Int]]
    private var before: [[Int]]
    private var after: [[Int]]

    init(columns: [Int], sources: [[Int]]) {
        order = Array(repeating: [], count: (columns.max() ?? -1) + 1)
        before = Array(repeating: [], count: columns.count)
        after = before
        heights = []
        for (node, column) in columns.enumerated() { order[column].append(node) }
        // All long arrows from one node share their bends, as cables share a duct.
        var bend: [[Int]: Int] = [:]
        for (target, own) in sources.enumerated() {
            for source in own {
                var chain = [source]
                for column in (columns[source] + 1)..<columns[target] {
                    let node = bend[[source, column], default: before.count]
                    if node == before.count {
                        bend[[source, column]] = node
                        order[column].append(node)
                        before.append([])
                        after.append([])
                        connect(chain.last!, node)
                    }
                    chain.append(node)
                }
                connect(chain.last!, target)
                chains.append(chain + [target])
            }
        }
        heights = Array(repeating: 0, count: before.count)
        for column in order { place(column) }
    }

    private mutating func connect(_ left: Int, _ right: Int) {
        after[left].append(right)
        before[right].append(left)
    }

    private mutating func place(_ column: [Int]) {
        for (row, node) in column.enumerated() { heights[node] = Double(row) - Double(column.count - 1) / 2 }
    }

    private func mean(_ nodes: [Int]) -> Double? {
        nodes.isEmpty ? nil : nodes.reduce(0) { $0 + heights[$1] } / Double(nodes.count)
    }

    /// Sorts each column by the mean height of its neighbours in the column before, or behind.
    mutating func order(isForward: Bool) {
        for column in isForward ? Array(order.indices) : order.indices.reversed() {
            let wished = order[column].enumerated().map { row, node in
                (height: mean(isForward ? before[node] : after[node]) ?? heights[node], row: row, node: node)
            }
            order[column] = wished.sorted { ($0.height, $0.row) < ($1.height, $1.row) }.map(\.node)
            place(order[column])
        }
    }

    /// Moves each column's nodes as near to all their neighbours as their order and distance allow.
    mutating func align(isForward: Bool) {
        for column in isForward ? Array(order.indices) : order.indices.reversed() {
            // Distances of at least 1 in h are a rising order in h − row: a least-squares fit by pooling neighbours.
            var pools: [(mean: Double, count: Int)] = []
            for (row, node) in order[column].enumerated() {
                var pool = (mean: (mean(before[node] + after[node]) ?? heights[node]) - Double(row), count: 1)
                while let last = pools.last, last.mean > pool.mean {
                    pools.removeLast()
                    let count = last.count + pool.count
                    pool = ((last.mean * Double(last.count) + pool.mean * Double(pool.count)) / Double(count), count)
                }
                pools.append(pool)
            }
            let fitted = pools.flatMap { Array(repeating: $0.mean, count: $0.count) }
            for (row, node) in order[column].enumerated() { heights[node] = fitted[row] + Double(row) }
        }
    }

    mutating func moveToTop() {
        let top = heights.min() ?? 0
        for node in heights.indices { heights[node] -= top }
    }
}
