import COpenBLAS
import Tensors

/// Coordinates along the slowest modes of a connected graph: eigenvectors of the normalised adjacency
/// D^−½ A D^−½ with the largest eigenvalues below 1.
///
/// Lanczos' method with full reorthogonalisation on ((1 + M) / 2)^8, whose eigenvalues have the same order and stand
/// eight times as far apart near 1. The start is fixed, sums run in blocks of fixed size: threads change no bit.
struct SpectralStart {
    /// `[count, samples]` in row-major order: rows of length 1 at right angles, the entry of largest magnitude positive.
    private(set) var vectors: [Double] = []

    private static let power = 8
    private static let stepLimit = 200
    private static let blockSize = 4096

    private let graph: FuzzyGraph
    private let threads: Int
    private let samples: Int
    /// D^−½.
    private let factors: [Double]

    /// `nil` where the graph is in pieces, has too few points, or the vectors do not settle within the steps allowed.
    init?(_ graph: FuzzyGraph, count: Int, threads: Int, checkCancellation: () throws -> Void) rethrows {
        guard graph.samples >= count + 2, graph.isConnected else { return nil }
        BLAS.useOneThread()
        self.graph = graph
        self.threads = threads
        samples = graph.samples
        let degrees = (0..<graph.samples).map { row in
            graph.weights[Int(graph.rowStarts[row])..<Int(graph.rowStarts[row + 1])].reduce(0, +)
        }
        factors = degrees.map { 1 / $0.squareRoot() }
        let steps = min(Self.stepLimit, samples - 1)
        // The mode of eigenvalue 1 is known and kept out: it is the first row of the basis.
        let basis = Buffer<Double>(count: (steps + 2) * samples, repeating: 0)
        let total = degrees.reduce(0, +).squareRoot()
        for row in 0..<samples { basis.base[row] = degrees[row].squareRoot() / total }
        let random = CounterRandom(seed: 0).stream("umap.spectral")
        func drawRow(_ row: Int) {
            for place in 0..<samples {
                basis.base[row * samples + place] = Double(random[row].uniform(place)) - 0.5
            }
            for _ in 0..<2 { orthogonalize(basis, row: row) }
            scaleToUnit(basis.base + row * samples)
        }
        drawRow(1)
        var (diagonal, beside): ([Double], [Double]) = ([], [])
        for step in 1...steps {
            try checkCancellation()
            let next = basis.base + (step + 1) * samples
            apply(basis.base + step * samples, into: next)
            let projections = orthogonalize(basis, row: step + 1)
            orthogonalize(basis, row: step + 1)
            diagonal.append(projections[step])
            let length = scaleToUnit(next)
            let isExhausted = length < 1e-12
            beside.append(isExhausted ? 0 : length)
            if step >= count, step % 4 == 0 || step == steps {
                guard let ritz = try? Self.ritz(diagonal, beside, count: count) else { return nil }
                let last = beside[step - 1]
                let isSettled = (0..<count).allSatisfy { index in
                    abs(last * ritz.vectors[(index + 1) * step - 1]) <= 1e-4 * (1 - ritz.values[index]) + 1e-12
                }
                if isSettled, step >= min(steps, 2 * count + 8) {
                    vectors = combine(ritz.vectors, basis, steps: step, count: count)
                    return
                }
            }
            if isExhausted, step < steps { drawRow(step + 1) }
        }
        return nil
    }

    /// target = ((1 + M) / 2)^power · source
    private func apply(_ source: UnsafePointer<Double>, into target: UnsafeMutablePointer<Double>) {
        let (first, second) = (
            Buffer<Double>(count: samples, repeating: 0), Buffer<Double>(count: samples, repeating: 0)
        )
        first.base.update(from: source, count: samples)
        var (from, to) = (first, second)
        let blocks = TileRanges(samples, 512)
        graph.columns.withUnsafeBufferPointer { columns in
            graph.weights.withUnsafeBufferPointer { weights in
                factors.withUnsafeBufferPointer { factors in
                    let columns = SendableConstPointer(columns.baseAddress!)
                    let weights = SendableConstPointer(weights.baseAddress!)
                    let factors = SendableConstPointer(factors.baseAddress!)
                    for _ in 0..<Self.power {
                        parallelFor(blocks.count, threads: threads) { [graph, from, to] block in
                            for row in blocks[block] {
                                var sum = 0.0
                                for place in Int(graph.rowStarts[row])..<Int(graph.rowStarts[row + 1]) {
                                    let column = Int(columns.value[place])
                                    sum += weights.value[place] * factors.value[column] * from.base[column]
                                }
                                to.base[row] = (from.base[row] + sum * factors.value[row]) / 2
                            }
                        }
                        swap(&from, &to)
                    }
                }
            }
        }
        target.update(from: from.base, count: samples)
    }

    /// Takes its projections on all earlier rows from a row, and returns them.
    @discardableResult
    private func orthogonalize(_ basis: Buffer<Double>, row: Int) -> [Double] {
        let blocks = TileRanges(samples, Self.blockSize)
        let (samples, own) = (self.samples, basis.base + row * self.samples)
        let partial = Buffer<Double>(count: blocks.count * row, repeating: 0)
        let target = SendablePointer(own)
        parallelFor(blocks.count, threads: threads) { block in
            let (first, width) = (blocks[block].lowerBound, Int32(blocks[block].count))
            cblas_dgemv(
                CblasRowMajor, CblasNoTrans, Int32(row), width, 1, basis.base + first, Int32(samples),
                target.value + first, 1, 0, partial.base + block * row, 1)
        }
        let projections = (0..<row).map { place in
            (0..<blocks.count).reduce(0.0) { $0 + partial.base[$1 * row + place] }
        }
        parallelFor(blocks.count, threads: threads) { block in
            let (first, width) = (blocks[block].lowerBound, Int32(blocks[block].count))
            cblas_dgemv(
                CblasRowMajor, CblasTrans, Int32(row), width, -1, basis.base + first, Int32(samples), projections, 1,
                1, target.value + first, 1)
        }
        return projections
    }

    /// Returns the length before.
    @discardableResult
    private func scaleToUnit(_ values: UnsafeMutablePointer<Double>) -> Double {
        var sum = 0.0
        for place in 0..<samples { sum += values[place] * values[place] }
        let length = sum.squareRoot()
        if length > 0 { for place in 0..<samples { values[place] /= length } }
        return length
    }

    private static func ritz(
        _ diagonal: [Double], _ beside: [Double], count: Int
    ) throws -> SymmetricEigenvectors {
        let side = diagonal.count
        var matrix = [Double](repeating: 0, count: side * side)
        for row in 0..<side {
            matrix[row * side + row] = diagonal[row]
            if row + 1 < side {
                matrix[row * side + row + 1] = beside[row]
                matrix[(row + 1) * side + row] = beside[row]
            }
        }
        return try SymmetricEigenvectors(matrix, side: side, count: count)
    }

    private func combine(_ weights: [Double], _ basis: Buffer<Double>, steps: Int, count: Int) -> [Double] {
        var result = [Double](repeating: 0, count: count * samples)
        for index in 0..<count {
            for place in 0..<samples {
                var sum = 0.0
                for step in 0..<steps {
                    sum += weights[index * steps + step] * basis.base[(step + 1) * samples + place]
                }
                result[index * samples + place] = sum
            }
            let range = index * samples..<(index + 1) * samples
            let largest = result[range].max { abs($0) < abs($1) }!
            if largest < 0 { for place in range { result[place] = -result[place] } }
        }
        return result
    }
}
