import Synchronization

/// Memory of fixed size, aligned to a cache line, freed with its owner.
///
/// `@unchecked Sendable`: parallel loops share it under their own rule, each index writing elements of its own.
final class Buffer<Element: BitwiseCopyable>: @unchecked Sendable {
    let base: UnsafeMutablePointer<Element>
    let count: Int

    init(count: Int, repeating value: Element) {
        self.count = count
        base = UnsafeMutableRawPointer.allocate(
            byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: 64
        ).bindMemory(to: Element.self, capacity: count)
        base.initialize(repeating: value, count: count)
    }

    convenience init(_ values: [Element]) where Element: ExpressibleByIntegerLiteral {
        self.init(count: values.count, repeating: 0)
        base.update(from: values, count: values.count)
    }

    deinit { base.deallocate() }
}

/// Scratch memory for the indices of a parallel loop: as many blocks as run at once, used again and again.
final class ScratchPool: Sendable {
    /// Floats per block.
    let count: Int

    /// Guards the blocks nobody uses right now.
    private let free = Mutex<[Buffer<Float>]>([])

    init(count: Int) { self.count = count }

    func withBlock<Result>(_ body: (UnsafeMutablePointer<Float>) throws -> Result) rethrows -> Result {
        let block = free.withLock { $0.popLast() } ?? Buffer(count: count, repeating: 0)
        defer { free.withLock { $0.append(block) } }
        return try body(block.base)
    }
}
