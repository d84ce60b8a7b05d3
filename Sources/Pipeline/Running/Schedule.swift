/// Which stages can start, and which of them first: the one with the longest work still behind it, so that no long chain
/// is left for the end; of equals, the first of the plan.
struct Schedule {
    /// Stages that take from a stage, each once.
    let followers: [[Int]]

    /// How often the result of each stage was lost: a stage that began before does not know the present result.
    private(set) var losses: [Int]

    /// How many of the stages that a stage takes from have no result yet.
    private var missing: [Int]

    /// Place of a stage among all: 0 starts first.
    private let ranks: [Int]

    /// Ranks of the stages that can start, the best at the end.
    private var ready: [Int] = []
    private let positionsByRank: [Int]

    /// - Parameters:
    ///   - upstream: for each stage the positions of those it takes from, all before its own.
    ///   - seconds: what each is expected to take.
    /// - Complexity: O(stages · log stages + connections)
    init(upstream: [[Int]], seconds: [Double]) {
        var followers = Array(repeating: [Int](), count: upstream.count)
        for (position, sources) in upstream.enumerated() {
            for source in sources { followers[source].append(position) }
        }
        var remaining = seconds
        for position in upstream.indices.reversed() {
            remaining[position] += followers[position].map { remaining[$0] }.max() ?? 0
        }
        positionsByRank = upstream.indices.sorted { (remaining[$1], $0) < (remaining[$0], $1) }
        var ranks = positionsByRank
        for (rank, position) in positionsByRank.enumerated() { ranks[position] = rank }
        self.ranks = ranks
        self.followers = followers
        missing = upstream.map(\.count)
        losses = Array(repeating: 0, count: upstream.count)
    }

    /// A stage that is to run; call once for each, before anything starts.
    mutating func add(_ position: Int) {
        if missing[position] == 0 { insert(position) }
    }

    /// A stage has a result. Those that wait for it and nothing else can start, if `isToRun` says so.
    mutating func finish(_ position: Int, isToRun: (Int) -> Bool) {
        for follower in followers[position] {
            missing[follower] -= 1
            if missing[follower] == 0, isToRun(follower) { insert(follower) }
        }
    }

    /// The result of a stage is lost: it can start unless a result that it takes is lost too, and those that take from
    /// it wait again.
    mutating func reopen(_ position: Int) {
        losses[position] += 1
        for follower in followers[position] {
            if missing[follower] == 0 { remove(follower) }
            missing[follower] += 1
        }
        if missing[position] == 0 { insert(position) }
    }

    /// Takes out the first stage that `canStart`.
    ///
    /// - Complexity: O(1) where the best can start, O(stages that can start) where none can.
    mutating func next(where canStart: (Int) -> Bool) -> Int? {
        guard let index = ready.lastIndex(where: { canStart(positionsByRank[$0]) }) else { return nil }
        return positionsByRank[ready.remove(at: index)]
    }

    /// Puts a stage back that was taken out.
    mutating func giveBack(_ position: Int) {
        if missing[position] == 0 { insert(position) }
    }

    private mutating func insert(_ position: Int) {
        let rank = ranks[position]
        let index = place(of: rank)
        if index < ready.count, ready[index] == rank { return }
        ready.insert(rank, at: index)
    }

    private mutating func remove(_ position: Int) {
        let index = place(of: ranks[position])
        if index < ready.count, ready[index] == ranks[position] { ready.remove(at: index) }
    }

    /// The first place whose rank is not larger: `ready` falls.
    private func place(of rank: Int) -> Int {
        var (low, high) = (0, ready.count)
        while low < high {
            let middle = (low + high) / 2
            if ready[middle] > rank { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
