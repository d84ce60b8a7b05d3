import Dispatch
import Synchronization

/// Runs `body` for every index in `0..<count`, on up to `threads` threads, and returns when all are done.
///
/// Indices are handed out one at a time, so which thread runs which index is not fixed: results are independent of
/// `threads` when every index writes only memory of its own. Sums over indices are taken afterwards, in index order.
public func parallelFor(_ count: Int, threads: Int, _ body: @Sendable (Int) -> Void) {
    let workers = min(threads, count)
    guard workers > 1 else {
        for index in 0..<count { body(index) }
        return
    }
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            if index >= count { return }
            body(index)
        }
    }
}

/// Like `parallelFor` for bodies that can fail: the error of the lowest failing index is thrown, after all have ended.
public func parallelForThrowing(_ count: Int, threads: Int, _ body: @Sendable (Int) throws -> Void) throws {
    let failure = Mutex<(index: Int, error: any Error)?>(nil)
    parallelFor(count, threads: threads) { index in
        do {
            try body(index)
        } catch {
            failure.withLock { if $0 == nil || index < $0!.index { $0 = (index, error) } }
        }
    }
    if let error = failure.withLock({ $0?.error }) { throw error }
}

/// A pointer that a parallel loop may share, because each index writes elements of its own.
public struct SendablePointer<Element>: @unchecked Sendable {
    public let value: UnsafeMutablePointer<Element>
    public init(_ value: UnsafeMutablePointer<Element>) { self.value = value }
}

/// A pointer that a parallel loop may share, because nobody writes while it runs.
public struct SendableConstPointer<Element>: @unchecked Sendable {
    public let value: UnsafePointer<Element>
    public init(_ value: UnsafePointer<Element>) { self.value = value }
}
