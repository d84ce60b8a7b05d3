import Dispatch
import Synchronization

/// Does work in order on another thread, one piece at a time: the next block is computed while this one is written.
final class WriteBehind: Sendable {
    private let queue = DispatchQueue(label: "convscope.write")
    private let places = DispatchSemaphore(value: 1)
    private let failure = Mutex<(any Error)?>(nil)

    /// Waits for the piece before, then hands over the next.
    /// - Throws: the error of an earlier piece; nothing is done after one.
    func submit(_ work: @escaping @Sendable () throws -> Void) throws {
        places.wait()
        if let error = failure.withLock({ $0 }) {
            places.signal()
            throw error
        }
        queue.async { [self] in
            do { try work() } catch { failure.withLock { $0 = error } }
            places.signal()
        }
    }

    /// Waits for all pieces.
    func finish() throws {
        queue.sync {}
        if let error = failure.withLock({ $0 }) { throw error }
    }
}
