import Tensors

/// A sparse matrix of non-negative numbers by rows, columns ascending in each.
struct CompressedRows: Sendable {
    let starts: Buffer<Int64>
    let columns: Buffer<Int32>
    let values: Buffer<Double>

    var rowCount: Int { starts.count - 1 }

    func range(of row: Int) -> Range<Int> { Int(starts.base[row])..<Int(starts.base[row + 1]) }

    /// The rows of a neighbour table with a value at each neighbour.
    init(_ values: [Double], at table: NeighborTable, threads: Int) {
        let (samples, count) = (table.samples, table.count)
        starts = Buffer((0...samples).map { Int64($0 * count) })
        let columns = Buffer<Int32>(count: samples * count, repeating: 0)
        let sorted = Buffer<Double>(count: samples * count, repeating: 0)
        parallelFor((samples + 255) / 256, threads: threads) { block in
            for row in block * 256..<min(samples, (block + 1) * 256) {
                let places = (row * count..<(row + 1) * count).sorted { table.indices[$0] < table.indices[$1] }
                for (offset, place) in places.enumerated() {
                    columns.base[row * count + offset] = table.indices[place]
                    sorted.base[row * count + offset] = values[place]
                }
            }
        }
        (self.columns, self.values) = (columns, sorted)
    }

    /// The transpose of a square matrix, by counting.
    init(transposing other: CompressedRows) {
        let rows = other.rowCount
        let starts = Buffer<Int64>(count: rows + 1, repeating: 0)
        for place in 0..<other.columns.count { starts.base[Int(other.columns.base[place]) + 1] += 1 }
        for row in 0..<rows { starts.base[row + 1] += starts.base[row] }
        let columns = Buffer<Int32>(count: other.columns.count, repeating: 0)
        let values = Buffer<Double>(count: other.columns.count, repeating: 0)
        var next = Array(UnsafeBufferPointer(start: starts.base, count: rows))
        for row in 0..<rows {
            for place in other.range(of: row) {
                let target = Int(other.columns.base[place])
                columns.base[Int(next[target])] = Int32(row)
                values.base[Int(next[target])] = other.values.base[place]
                next[target] += 1
            }
        }
        (self.starts, self.columns, self.values) = (starts, columns, values)
    }

    /// Calls `body` with each column that holds something in this row or in the same row of `other`, ascending, and both
    /// values, zero where nothing is.
    @inline(__always)
    func forEachPair(with other: CompressedRows, row: Int, _ body: (Int32, Double, Double) -> Void) {
        let (ownRange, otherRange) = (range(of: row), other.range(of: row))
        var (own, their) = (ownRange.lowerBound, otherRange.lowerBound)
        while own < ownRange.upperBound || their < otherRange.upperBound {
            let left = own < ownRange.upperBound ? columns.base[own] : .max
            let right = their < otherRange.upperBound ? other.columns.base[their] : .max
            var (here, there) = (0.0, 0.0)
            if left <= right { here = values.base[own] }
            if right <= left { there = other.values.base[their] }
            if left <= right { own += 1 }
            if right <= left { their += 1 }
            body(min(left, right), here, there)
        }
    }
}
