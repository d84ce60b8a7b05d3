import Synchronization

/// Results that threads put in their places.
final class Finished: Sendable {
    private let results: Mutex<[[MaximizedUnit]?]>

    init(count: Int) { results = Mutex(Array(repeating: nil, count: count)) }

    subscript(index: Int) -> [MaximizedUnit]? {
        get { results.withLock { $0[index] } }
        set { results.withLock { $0[index] = newValue } }
    }
}
