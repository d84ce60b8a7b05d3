import Glibc

/// A thread that a stage runs on. Its stack is larger than those of queues, because stages call into libraries that were
/// written for the main thread's.
struct WorkerThread {
    private static let stackSize = 16 << 20

    private let thread: pthread_t?

    /// Runs `body` on a thread of its own; on this one where the system gives no more.
    init(_ body: @escaping @Sendable () -> Void) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, Self.stackSize)
        let box = Unmanaged.passRetained(Body(run: body))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, &attributes,
            { argument in
                Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
                return nil
            }, box.toOpaque())
        self.thread = status == 0 ? thread : nil
        if status != 0 { box.takeRetainedValue().run() }
    }

    /// Waits until the thread has let go of everything. Call once.
    func join() {
        if let thread { pthread_join(thread, nil) }
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
