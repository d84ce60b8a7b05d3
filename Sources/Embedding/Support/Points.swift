package import Tensors

/// Checks that a tensor is `[samples, features]`, not empty, and finite everywhere.
/// - Complexity: O(samples · features)
func requirePoints(_ points: Tensor) throws(EmbeddingError) {
    guard points.rank == 2, points.count > 0 else { throw .notPoints(shape: points.shape) }
    let position = points.withUnsafeBufferPointer { buffer in buffer.firstIndex { !$0.isFinite } }
    guard let position else { return }
    let value = points.withUnsafeBufferPointer { $0[position] }
    throw .notFinite(value: value, row: position / points.shape[1], column: position % points.shape[1])
}

/// Mean of each column of `[samples, features]`, summed in 64 bits in blocks of rows of fixed height.
func columnMeans(_ points: Tensor, threads: Int) -> [Double] {
    let (samples, features) = (points.shape[0], points.shape[1])
    let height = 1024
    let blocks = (samples + height - 1) / height
    let partial = Buffer<Double>(count: blocks * features, repeating: 0)
    points.withUnsafeBufferPointer { buffer in
        let source = SendableConstPointer(buffer.baseAddress!)
        parallelFor(blocks, threads: threads) { block in
            let sums = partial.base + block * features
            for row in block * height..<min(samples, (block + 1) * height) {
                let values = source.value + row * features
                for column in 0..<features { sums[column] += Double(values[column]) }
            }
        }
    }
    var means = [Double](repeating: 0, count: features)
    for block in 0..<blocks {
        for column in 0..<features { means[column] += partial.base[block * features + column] }
    }
    for column in 0..<features { means[column] /= Double(samples) }
    return means
}

/// The points minus `mean`, times `scale`, rounded once.
func centered(_ points: Tensor, mean: [Double], scale: Double = 1, threads: Int) -> Tensor {
    let (samples, features) = (points.shape[0], points.shape[1])
    return Tensor(uninitialized: points.shape) { target in
        points.withUnsafeBufferPointer { buffer in
            let source = SendableConstPointer(buffer.baseAddress!)
            let result = SendablePointer(target.baseAddress!)
            let height = 256
            parallelFor((samples + height - 1) / height, threads: threads) { block in
                mean.withUnsafeBufferPointer { mean in
                    for row in block * height..<min(samples, (block + 1) * height) {
                        let (values, output) = (source.value + row * features, result.value + row * features)
                        for column in 0..<features {
                            output[column] = Float((Double(values[column]) - mean[column]) * scale)
                        }
                    }
                }
            }
        }
    }
}

/// The power of two that brings the largest distance of a coordinate from its mean to about 1: with it squares and
/// their sums cannot overflow in 32 bits, and multiplying by it rounds nothing.
func unitScale(of points: Tensor, mean: [Double]) -> Double {
    let features = points.shape[1]
    var largest = 0.0
    points.withUnsafeBufferPointer { buffer in
        for row in 0..<points.shape[0] {
            for column in 0..<features {
                largest = max(largest, abs(Double(buffer[row * features + column]) - mean[column]))
            }
        }
    }
    return powerOfTwo(bringing: largest)
}

/// The power of two whose product with a magnitude lies in 1..<2; 1 for zero.
func powerOfTwo(bringing magnitude: Double) -> Double {
    magnitude > 0 ? Double(sign: .plus, exponent: -Int(magnitude.exponent), significand: 1) : 1
}

extension Tensor {
    /// A copy of chosen rows, in the order given.
    package func rows(at indices: [Int]) -> Tensor {
        let width = rowCount
        return Tensor(uninitialized: [indices.count] + shape.dropFirst()) { target in
            withUnsafeBufferPointer { source in
                for (place, row) in indices.enumerated() {
                    (target.baseAddress! + place * width).update(from: source.baseAddress! + row * width, count: width)
                }
            }
        }
    }
}
