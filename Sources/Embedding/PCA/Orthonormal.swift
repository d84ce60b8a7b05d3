import COpenBLAS
import Tensors

/// Makes rows orthonormal in order, by Gram and Schmidt, twice for accuracy. Rows that vanish, those of components
/// without variance, are replaced by coordinate axes made orthogonal to the others.
/// - Complexity: O(count² · length)
func orthonormalizeRows(_ rows: inout [Double], count: Int, length: Int) {
    precondition(rows.count == count * length && count <= length, "\(count) orthogonal rows of length \(length)")
    rows.withUnsafeMutableBufferPointer { rows in
        func removeEarlier(from row: Int) -> Double {
            let own = rows.baseAddress! + row * length
            for _ in 0..<2 {
                for other in 0..<row {
                    let earlier = rows.baseAddress! + other * length
                    var projection = 0.0
                    for place in 0..<length { projection += earlier[place] * own[place] }
                    for place in 0..<length { own[place] -= projection * earlier[place] }
                }
            }
            return norm(own, length)
        }
        let largest = (0..<count).map { norm(rows.baseAddress! + $0 * length, length) }.max() ?? 0
        var nextAxis = 0
        for row in 0..<count {
            let own = rows.baseAddress! + row * length
            var left = removeEarlier(from: row)
            // 32-bit products leave about 1e-7 of the largest row as noise, which is no direction.
            var isNoise = !(left > 1e-6 * largest)
            while isNoise {
                own.update(repeating: 0, count: length)
                own[nextAxis] = 1
                nextAxis += 1
                left = removeEarlier(from: row)
                // Of the axes at least one keeps this much beside fewer than `length` others.
                isNoise = left * left * Double(2 * length) < 1
            }
            for place in 0..<length { own[place] /= left }
        }
    }
}

private func norm(_ values: UnsafePointer<Double>, _ length: Int) -> Double {
    var sum = 0.0
    for place in 0..<length { sum += values[place] * values[place] }
    return sum.squareRoot()
}

/// An orthonormal basis of the columns of `[length, width]`, by Householder reflections in 64 bits.
/// - Complexity: O(length · width²)
func orthonormalBasis(_ columns: Tensor) -> Tensor {
    BLAS.useOneThread()
    let (length, width) = (columns.shape[0], columns.shape[1])
    var matrix = columns.transposed().scalars.map(Double.init)  // LAPACK stores columns one after the other
    var (rows, count) = (Int32(length), Int32(width))
    var factors = [Double](repeating: 0, count: width)
    var (work, workCount, status) = ([0.0], Int32(-1), Int32(0))
    // The first round only asks how much memory the second one wants.
    for _ in 0..<2 {
        dgeqrf_(&rows, &count, &matrix, &rows, &factors, &work, &workCount, &status)
        precondition(status == 0, "dgeqrf: argument \(-status) of a \(length) × \(width) matrix")
        if workCount == -1 {
            workCount = max(Int32(work[0]), 64 * count)
            work = [Double](repeating: 0, count: Int(workCount))
        }
    }
    dorgqr_(&rows, &count, &count, &matrix, &rows, &factors, &work, &workCount, &status)
    precondition(status == 0, "dorgqr: argument \(-status) of a \(length) × \(width) matrix")
    return Tensor(shape: [width, length], matrix.map { Float($0) }).transposed()
}
