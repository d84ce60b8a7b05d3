import COpenBLAS
import Tensors

/// All points that may lie within a given distance of a row: the lower bounds of `PreparedPoints` without a limit to
/// their number. For rows with more equally near neighbours than the first search keeps.
struct WideSearch: Sendable {
    let rows: PreparedPoints
    let points: PreparedPoints
    /// Whether rows and points are the same, and a point is no neighbour of itself.
    let excludesSelf: Bool

    /// Rows searched together.
    static let groupSize = 64
    private static let tile = 512

    /// For each of `members` the points whose lower bound is at most its limit, a scaled squared distance.
    func candidates(of members: [Int], within limits: [Double]) -> [[Int32]] {
        let features = points.values.shape[1]
        let gathered = Tensor.stack(members.map { rows.values.row($0) })
        var found = [[Int32]](repeating: [], count: members.count)
        var products = [Float](repeating: 0, count: members.count * Self.tile)
        let tiles = TileRanges(points.values.shape[0], Self.tile)
        for index in 0..<tiles.count {
            let columns = tiles[index]
            gathered.withUnsafeBufferPointer { left in
                points.values.withUnsafeBufferPointer { right in
                    cblas_sgemm(
                        CblasRowMajor, CblasNoTrans, CblasTrans, Int32(members.count), Int32(columns.count),
                        Int32(features), -2, left.baseAddress!, Int32(features),
                        right.baseAddress! + columns.lowerBound * features, Int32(features), 0, &products,
                        Int32(columns.count))
                }
            }
            for (place, row) in members.enumerated() {
                for (offset, column) in columns.enumerated() where !(excludesSelf && column == row) {
                    let product = products[place * columns.count + offset]
                    let bound = rows.norms.base[row] + points.norms.base[column] + product
                    if Double(bound) <= limits[place] { found[place].append(Int32(column)) }
                }
            }
        }
        return found
    }
}
