import Dispatch

/// What `body` makes of each number below `count`, in order; made on all cores where there is enough to do.
public func concurrentMap<Value: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Value) -> [Value] {
    // Fewer are done before another thread is awake.
    let block = 64
    guard count > 2 * block else { return (0..<count).map(body) }
    return Array(unsafeUninitializedCapacity: count) { values, initializedCount in
        // Each number has a place of its own.
        nonisolated(unsafe) let first = values.baseAddress!
        DispatchQueue.concurrentPerform(iterations: (count + block - 1) / block) { number in
            for index in block * number..<min(block * (number + 1), count) {
                (first + index).initialize(to: body(index))
            }
        }
        initializedCount = count
    }
}
