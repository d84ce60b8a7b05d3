import Dispatch
import Synchronization

/// What threads have to say to the one that waits for them, in the order in which they said it.
final class Mailbox<Message: Sendable>: Sendable {
    private let messages = Mutex<[Message]>([])
    private let arrived = DispatchSemaphore(value: 0)

    func send(_ message: Message) {
        messages.withLock { $0.append(message) }
        arrived.signal()
    }

    /// Waits for a message; `nil` where none comes in time.
    func next(within seconds: Double) -> Message? {
        guard arrived.wait(timeout: .now() + seconds) == .success else { return nil }
        return messages.withLock { $0.removeFirst() }
    }
}
