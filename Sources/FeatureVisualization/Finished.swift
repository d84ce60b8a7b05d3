import Synchronization

/// Results that threads put in their places.
final class Finished<Result: Sendable>: Sendable {
    private let results: Mutex<[Result?]>

    init(count: Int) { results = Mutex(Array(repeating: nil, count: count)) }

    subscript(index: Int) -> Result? {
        get { results.withLock { $0[index] } }
        set { results.withLock { $0[index] = newValue } }
    }
}
