import CHDF5
import Glibc

/// The door to libhdf5: every call into the library happens inside `Library.call`.
enum Library {
    /// Guards all of libhdf5: its open objects, caches and error stack.
    ///
    /// The library is not safe to enter from two threads unless it was built so, and even then a sequence of calls that
    /// belong together (create, write, read the error stack) would interleave with another thread's.
    private static let lock = RecursiveLock()

    /// What is set once per process: no exit handler (files are closed by their owners, and the handler can loop for
    /// ever after a failed write), and no filter plug-ins (a file must not choose code that runs here).
    private static let isReady: Bool = {
        H5dont_atexit()
        H5open()
        H5PLset_loading_state(0)
        return true
    }()

    /// Runs `body` as the only code of this process inside libhdf5. May be nested.
    static func call<Result>(_ body: () throws -> Result) rethrows -> Result {
        lock.acquire()
        defer { lock.release() }
        precondition(isReady)
        // Printing is a setting of the thread in a thread-safe build, so it is switched off at every entry.
        H5Eset_auto2(CHDF5_error_stack(), nil, nil)
        return try body()
    }

    /// Makes the lock usable in a forked copy of this process, whose only thread has a new identity.
    static func reopenAfterFork() { lock.reset() }
}

/// A lock that its owner may take again, because a handle can be freed in the middle of a call.
///
/// `@unchecked Sendable`: the mutex lives at a fixed address and is only touched by the functions below.
private final class RecursiveLock: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    init() { reset() }

    func reset() {
        var attributes = pthread_mutexattr_t()
        pthread_mutexattr_init(&attributes)
        pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_RECURSIVE))
        pthread_mutex_init(mutex, &attributes)
        pthread_mutexattr_destroy(&attributes)
    }

    func acquire() { pthread_mutex_lock(mutex) }
    func release() { pthread_mutex_unlock(mutex) }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }
}

/// How it stands with a file that is written.
///
/// `@unchecked Sendable`: guarded by the library's lock, read and set inside `Library.call` only.
final class WritingState: @unchecked Sendable {
    /// As on a full disk. libhdf5 keeps what it could not write in its caches, tries again whenever an object of the
    /// file is closed, and crashes inside that: from then on nothing of this file is closed any more.
    var hasFailed = false
}

/// Owner of one identifier of the library: a file, dataset, type, space or property list.
///
/// Give an owner a name before its `id` goes into a call. A named value lives to the end of the call; one without a name
/// (`makeType().id`) may be freed, and its identifier closed, as soon as `id` is read.
final class Handle: Sendable {
    let id: hid_t

    /// Of the file that it belongs to; `nil` where that is only read.
    private let writing: WritingState?

    init(_ id: hid_t, of writing: WritingState? = nil) { (self.id, self.writing) = (id, writing) }

    deinit {
        Library.call { if writing?.hasFailed != true { H5Idec_ref(id) } }
    }
}
