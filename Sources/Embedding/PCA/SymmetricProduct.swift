import COpenBLAS
import Tensors

/// The sum of panelᵀ · panel (or panel · panelᵀ) over many panels, each product in 32 bits, the sum in 64.
///
/// Only the upper triangle of tiles is computed; tiles have fixed borders and take the panels in order, so the sum does
/// not depend on threads.
final class SymmetricProduct {
    let side: Int
    private let sums: Buffer<Double>
    private let tiles: TileRanges
    private let pool: ScratchPool
    private let checkCancellation: @Sendable () throws -> Void

    /// - Parameter checkCancellation: called for every product of tiles, from several threads.
    init(side: Int, checkCancellation: @escaping @Sendable () throws -> Void) {
        self.side = side
        self.checkCancellation = checkCancellation
        let pieces = (side + 255) / 256
        let tile = ((side + pieces - 1) / pieces + 15) / 16 * 16
        tiles = TileRanges(side, tile)
        pool = ScratchPool(count: tile * tile)
        sums = Buffer(count: side * side, repeating: 0)
    }

    /// Adds the products of `panels` consecutive panels. In each, `inner` rows of `side` values are multiplied column
    /// by column, or, `byRows`, `side` rows of `inner` values row by row; rows start `rowStride` apart and panels
    /// `panelStride`.
    func add(
        _ base: UnsafePointer<Float>, panels: Int, inner: [Int], panelStride: Int, rowStride: Int, byRows: Bool,
        threads: Int
    ) throws {
        BLAS.useOneThread()
        let (tiles, sums, side) = (self.tiles, self.sums, self.side)
        let pairs = (0..<tiles.count).flatMap { row in (row..<tiles.count).map { (row, $0) } }
        let source = SendableConstPointer(base)
        try parallelForThrowing(pairs.count, threads: threads) { [pool, checkCancellation] index in
            let (rows, columns) = (tiles[pairs[index].0], tiles[pairs[index].1])
            try pool.withBlock { product in
                for panel in 0..<panels {
                    try checkCancellation()
                    let start = source.value + panel * panelStride
                    let step = byRows ? rowStride : 1
                    cblas_sgemm(
                        CblasRowMajor, byRows ? CblasNoTrans : CblasTrans, byRows ? CblasTrans : CblasNoTrans,
                        Int32(rows.count), Int32(columns.count), Int32(inner[panel]), 1,
                        start + rows.lowerBound * step, Int32(rowStride), start + columns.lowerBound * step,
                        Int32(rowStride), 0, product, Int32(columns.count))
                    for (offset, row) in rows.enumerated() {
                        let target = sums.base + row * side + columns.lowerBound
                        let source = product + offset * columns.count
                        for column in 0..<columns.count { target[column] += Double(source[column]) }
                    }
                }
            }
        }
    }

    /// The sum so far, lower triangle filled in; row-major.
    func matrix() -> [Double] {
        var result = Array(UnsafeBufferPointer(start: sums.base, count: side * side))
        for row in 0..<side {
            for column in 0..<row { result[row * side + column] = result[column * side + row] }
        }
        return result
    }
}
