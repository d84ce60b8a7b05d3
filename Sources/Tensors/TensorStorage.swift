import Glibc

/// Memory of a tensor, aligned to a cache line, or, where it is large, to what the kernel maps as one large page.
///
/// `@unchecked Sendable`: only `Tensor` holds it, and a `Tensor` writes only while it is the sole owner.
final class TensorStorage: @unchecked Sendable {
    let base: UnsafeMutablePointer<Float>
    let count: Int

    init(count: Int) {
        self.count = count
        base = allocateForNumbers(byteCount: count * MemoryLayout<Float>.stride).bindMemory(
            to: Float.self, capacity: count)
    }

    func copy() -> TensorStorage {
        let other = TensorStorage(count: count)
        other.base.update(from: base, count: count)
        return other
    }

    deinit { base.deallocate() }
}

/// Uninitialized memory, aligned to a cache line at least, to be freed with `deallocate`.
///
/// From some MiB on the kernel is asked for large pages: first touching memory 4 KiB at a time takes as long as filling it.
public func allocateForNumbers(byteCount: Int) -> UnsafeMutableRawPointer {
    let largePage = 2 << 20
    guard byteCount >= 2 * largePage else { return .allocate(byteCount: max(byteCount, 64), alignment: 64) }
    let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: largePage)
    _ = madvise(memory, byteCount, MADV_HUGEPAGE)  // advice: without it all stays right
    return memory
}
