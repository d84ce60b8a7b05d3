import Tensors

/// Rows of a tensor that threads write side by side.
///
/// `@unchecked Sendable`: every thread writes rows of its own, and nobody reads before all have ended.
final class RowsInPlace: @unchecked Sendable {
    private let shape: [Int]
    private let base: UnsafeMutablePointer<Float>

    init(_ shape: [Int]) {
        self.shape = shape
        base = .allocate(capacity: max(shape.elementCount, 1))
        base.initialize(repeating: 0, count: max(shape.elementCount, 1))
    }

    deinit { base.deallocate() }

    func row(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
        let count = shape.dropFirst().reduce(1, *)
        return UnsafeMutableBufferPointer(start: base + index * count, count: count)
    }

    func set(_ index: Int, _ values: UnsafeBufferPointer<Float>) { _ = row(index).update(fromContentsOf: values) }

    func tensor() -> Tensor {
        Tensor(uninitialized: shape) {
            _ = $0.update(fromContentsOf: UnsafeBufferPointer(start: base, count: shape.elementCount))
        }
    }
}
