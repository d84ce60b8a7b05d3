/// A dense array of 32-bit floats with a shape: the value that every numeric target passes around.
///
/// Elements lie in row-major order (the last axis is contiguous), in memory aligned to 64 bytes. Images are
/// `[channels, height, width]`, batches of them `[samples, channels, height, width]`, convolution weights
/// `[outputs, inputs, height, width]`. A tensor is a value: copies share memory until one of them is written.
///
/// Shape mismatches are programming errors and trap with both shapes; whoever reads files checks shapes first.
public struct Tensor: Sendable {
    /// Length of each axis; empty for a single number.
    public let shape: [Int]

    /// Number of elements: the product of `shape`.
    public let count: Int

    var storage: TensorStorage

    /// A tensor filled with one value.
    public init(shape: [Int], repeating value: Float = 0) {
        self.init(uninitialized: shape) { $0.update(repeating: value) }
    }

    /// A tensor with the given elements in row-major order.
    public init(shape: [Int], _ scalars: [Float]) {
        precondition(
            scalars.count == shape.elementCount, "\(scalars.count) scalars cannot fill a tensor of shape \(shape)")
        self.init(uninitialized: shape) { buffer in
            _ = buffer.update(fromContentsOf: scalars)
        }
    }

    /// A tensor whose memory `fill` writes completely before anybody reads it.
    public init(uninitialized shape: [Int], _ fill: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
        precondition(shape.allSatisfy { $0 >= 0 }, "a shape has no negative axis: \(shape)")
        self.shape = shape
        count = shape.elementCount
        storage = TensorStorage(count: count)
        try fill(UnsafeMutableBufferPointer(start: storage.base, count: count))
    }

    init(shape: [Int], sharing storage: TensorStorage) {
        self.shape = shape
        count = shape.elementCount
        self.storage = storage
    }

    /// Number of axes.
    public var rank: Int { shape.count }

    /// The elements in row-major order, as a copy.
    public var scalars: [Float] { withUnsafeBufferPointer { Array($0) } }

    /// Reads the elements in place, in row-major order.
    public func withUnsafeBufferPointer<Result>(
        _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) rethrows -> Result {
        defer { withExtendedLifetime(storage) {} }
        return try body(UnsafeBufferPointer(start: storage.base, count: count))
    }

    /// Writes the elements in place, in row-major order; copies the memory first when it is shared.
    public mutating func withUnsafeMutableBufferPointer<Result>(
        _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
    ) rethrows -> Result {
        if !isKnownUniquelyReferenced(&storage) { storage = storage.copy() }
        defer { withExtendedLifetime(storage) {} }
        return try body(UnsafeMutableBufferPointer(start: storage.base, count: count))
    }

    /// The elements' memory, which stays as it is as long as this is kept: whoever writes the tensor copies it first.
    public var memory: TensorMemory { TensorMemory(pointer: UnsafePointer(storage.base), owner: storage) }

    /// The element at a position, one index per axis.
    public subscript(indices: Int...) -> Float {
        get { withUnsafeBufferPointer { $0[offset(of: indices)] } }
        set {
            let position = offset(of: indices)
            withUnsafeMutableBufferPointer { $0[position] = newValue }
        }
    }

    /// Row-major position of an element.
    private func offset(of indices: [Int]) -> Int {
        precondition(indices.count == shape.count, "\(indices.count) indices into a tensor of shape \(shape)")
        var position = 0
        for (index, length) in zip(indices, shape) {
            precondition(index >= 0 && index < length, "index \(indices) is outside shape \(shape)")
            position = position * length + index
        }
        return position
    }
}

extension Tensor: Equatable {
    /// Whether shapes are equal and all elements compare equal (so a NaN differs from itself, and 0 equals −0).
    public static func == (left: Tensor, right: Tensor) -> Bool {
        guard left.shape == right.shape else { return false }
        return left.withUnsafeBufferPointer { a in right.withUnsafeBufferPointer { b in a.elementsEqual(b) } }
    }
}

extension [Int] {
    /// Number of elements of a tensor with this shape.
    @inlinable public var elementCount: Int { reduce(1, *) }
}
