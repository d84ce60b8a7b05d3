/// Selected rows in the order files are read in, and where each sample of the selection is among them.
struct RowOrder {
    /// Ascending.
    let rows: [Int]

    /// Place in `rows` of each sample.
    let places: [Int]

    /// - Parameter selection: the row of each sample, in any order, none twice.
    init(_ selection: [Int]) {
        let order = selection.indices.sorted { selection[$0] < selection[$1] }
        rows = order.map { selection[$0] }
        var places = [Int](repeating: 0, count: selection.count)
        for (place, sample) in order.enumerated() { places[sample] = place }
        self.places = places
    }

    /// Rows that follow one another, together.
    var runs: [Range<Int>] { parts { $1 == $0 + 1 }.map { rows[$0.lowerBound]..<rows[$0.upperBound - 1] + 1 } }

    /// Places of rows that lie in the same chunk of `length` rows, together.
    func parts(byChunksOf length: Int) -> [Range<Int>] { parts { $0 / length == $1 / length } }

    private func parts(where isTogether: (_ row: Int, _ next: Int) -> Bool) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var start = 0
        for place in rows.indices where place + 1 == rows.count || !isTogether(rows[place], rows[place + 1]) {
            parts.append(start..<place + 1)
            start = place + 1
        }
        return parts
    }
}
