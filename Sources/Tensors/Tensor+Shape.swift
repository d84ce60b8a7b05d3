/// Visits the elements of an array in row-major order.
/// - Parameters:
///   - lengths: of the axes; their product must not overflow.
///   - strides: how far neighbours along each axis lie apart.
///   - visit: receives the number of an element, from 0 on, and how far it lies from the first one.
/// - Complexity: O(elements)
@inlinable
public func forEachElement(
    lengths: [Int], strides: [Int], _ visit: (_ element: Int, _ position: Int) -> Void
) {
    var indices = [Int](repeating: 0, count: lengths.count)
    var position = 0
    for element in 0..<lengths.elementCount {
        visit(element, position)
        // The last axis turns fastest.
        for axis in lengths.indices.reversed() {
            indices[axis] += 1
            position += strides[axis]
            if indices[axis] < lengths[axis] { break }
            position -= strides[axis] * lengths[axis]
            indices[axis] = 0
        }
    }
}

extension Tensor {
    /// A copy of elements with the axes in another order: axis `order[i]` of the source is axis `i`.
    /// - Parameters:
    ///   - source: in row-major order.
    ///   - lengths: of the source's axes.
    public init(_ source: UnsafeBufferPointer<Float>, of lengths: [Int], transposed order: [Int]) {
        precondition(
            source.count == lengths.elementCount && order.sorted() == Array(lengths.indices),
            "axes \(order) of \(source.count) elements in the shape \(lengths)")
        var strides = [Int](repeating: 1, count: lengths.count)
        for axis in lengths.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * lengths[axis + 1] }
        self.init(uninitialized: order.map { lengths[$0] }) { target in
            forEachElement(lengths: order.map { lengths[$0] }, strides: order.map { strides[$0] }) {
                element, position in
                target[element] = source[position]
            }
        }
    }

    /// A copy with axis `order[i]` as its axis `i`.
    public func transposed(_ order: [Int]) -> Tensor {
        withUnsafeBufferPointer { Tensor($0, of: shape, transposed: order) }
    }

    /// The same elements under another shape of equal count. Shares memory.
    /// - Complexity: O(1)
    public func reshaped(to newShape: [Int]) -> Tensor {
        precondition(
            newShape.elementCount == count, "shape \(shape) cannot become \(newShape): the counts differ")
        return Tensor(shape: newShape, sharing: storage)
    }

    /// Number of elements below one index of the first axis.
    public var rowCount: Int { shape.isEmpty ? 1 : shape.dropFirst().reduce(1, *) }

    /// A copy of the elements whose first index lies in `range`; the other axes stay whole.
    public func rows(_ range: Range<Int>) -> Tensor {
        precondition(
            rank >= 1 && range.lowerBound >= 0 && range.upperBound <= shape[0],
            "rows \(range) of a tensor of shape \(shape)")
        let stride = rowCount
        return Tensor(uninitialized: [range.count] + shape.dropFirst()) { target in
            withUnsafeBufferPointer { source in
                _ = target.update(fromContentsOf: source[range.lowerBound * stride..<range.upperBound * stride])
            }
        }
    }

    /// A copy of one index of the first axis, without that axis.
    public func row(_ index: Int) -> Tensor {
        rows(index..<index + 1).reshaped(to: Array(shape.dropFirst()))
    }

    /// Tensors of equal shape as one, along a new first axis.
    public static func stack(_ tensors: [Tensor]) -> Tensor {
        precondition(!tensors.isEmpty, "nothing to stack")
        let shape = tensors[0].shape
        let stride = tensors[0].count
        return Tensor(uninitialized: [tensors.count] + shape) { target in
            for (index, tensor) in tensors.enumerated() {
                precondition(tensor.shape == shape, "cannot stack shapes \(shape) and \(tensor.shape)")
                tensor.withUnsafeBufferPointer { source in
                    _ = UnsafeMutableBufferPointer(rebasing: target[index * stride..<(index + 1) * stride])
                        .update(fromContentsOf: source)
                }
            }
        }
    }

    /// Tensors that agree in all axes but the first as one, one after the other along the first axis.
    public static func concatenate(_ tensors: [Tensor]) -> Tensor {
        precondition(!tensors.isEmpty, "nothing to concatenate")
        if tensors.count == 1 { return tensors[0] }
        let rest = Array(tensors[0].shape.dropFirst())
        return Tensor(uninitialized: [tensors.reduce(0) { $0 + $1.shape[0] }] + rest) { target in
            var offset = 0
            for tensor in tensors {
                precondition(
                    Array(tensor.shape.dropFirst()) == rest,
                    "cannot concatenate \(tensors[0].shape) and \(tensor.shape)")
                tensor.withUnsafeBufferPointer { source in
                    _ = UnsafeMutableBufferPointer(rebasing: target[offset..<offset + tensor.count])
                        .update(fromContentsOf: source)
                }
                offset += tensor.count
            }
        }
    }

    /// A matrix `[rows, columns]` with rows and columns exchanged.
    public func transposed() -> Tensor {
        precondition(rank == 2, "only a matrix can be transposed, not shape \(shape)")
        let (rows, columns) = (shape[0], shape[1])
        return Tensor(uninitialized: [columns, rows]) { target in
            withUnsafeBufferPointer { source in
                for row in 0..<rows {
                    for column in 0..<columns { target[column * rows + row] = source[row * columns + column] }
                }
            }
        }
    }
}
