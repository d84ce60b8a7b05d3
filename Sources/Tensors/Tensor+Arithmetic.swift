extension Tensor {
    /// Every element replaced by `transform` of it.
    public func map(_ transform: (Float) throws -> Float) rethrows -> Tensor {
        try Tensor(uninitialized: shape) { target in
            try withUnsafeBufferPointer { source in
                for index in source.indices { target[index] = try transform(source[index]) }
            }
        }
    }

    /// Element by element with a tensor of the same shape.
    public func combined(with other: Tensor, _ operation: (Float, Float) -> Float) -> Tensor {
        precondition(shape == other.shape, "shapes \(shape) and \(other.shape) do not match")
        return Tensor(uninitialized: shape) { target in
            withUnsafeBufferPointer { a in
                other.withUnsafeBufferPointer { b in
                    for index in a.indices { target[index] = operation(a[index], b[index]) }
                }
            }
        }
    }

    public static func + (left: Tensor, right: Tensor) -> Tensor { left.combined(with: right, +) }
    public static func - (left: Tensor, right: Tensor) -> Tensor { left.combined(with: right, -) }
    public static func * (left: Tensor, right: Float) -> Tensor { left.map { $0 * right } }

    /// Sum of all elements, accumulated in 64 bits in memory order.
    public var sum: Double {
        withUnsafeBufferPointer { $0.reduce(0.0) { $0 + Double($1) } }
    }

    /// Arithmetic mean of all elements; NaN when there are none.
    public var mean: Double { sum / Double(count) }

    /// Smallest and largest element; `nil` when there are none.
    public var range: ClosedRange<Float>? {
        withUnsafeBufferPointer { buffer in
            guard var low = buffer.first else { return nil }
            var high = low
            for value in buffer {
                low = Swift.min(low, value)
                high = Swift.max(high, value)
            }
            return low <= high ? low...high : nil
        }
    }

    /// Euclidean length: the square root of the sum of squares, accumulated in 64 bits.
    public var norm: Double {
        withUnsafeBufferPointer { $0.reduce(0.0) { $0 + Double($1) * Double($1) } }.squareRoot()
    }

    /// Whether no element is NaN or infinite.
    public var isFinite: Bool {
        withUnsafeBufferPointer { buffer in
            // Blocks without a branch for each element, so that the loop is one over vectors.
            stride(from: 0, to: buffer.count, by: 4096).allSatisfy { start in
                let exponents = Float.infinity.bitPattern
                var found: UInt32 = 0
                for index in start..<Swift.min(start + 4096, buffer.count) {
                    found |= buffer[index].bitPattern & exponents == exponents ? 1 : 0
                }
                return found == 0
            }
        }
    }

    /// Position of the largest element in row-major order, the first of equals; `nil` when there are none.
    public var indexOfMaximum: Int? {
        withUnsafeBufferPointer { buffer in
            guard !buffer.isEmpty else { return nil }
            var best = 0
            for index in buffer.indices where buffer[index] > buffer[best] { best = index }
            return best
        }
    }
}
