import Storage
import Synchronization

/// Which outputs this process knows to be as they were made: those it made itself, and those whose bytes it has read and
/// compared. Each is read once per process.
final class InputTrust: Sendable {
    private struct Port: Hashable {
        var key: Digest
        var name: String
        /// The same key may be made again, also by another process.
        var stamps: [FileStamp]

        init(_ object: StoredObject, _ name: String) {
            (key, self.name, stamps) = (object.manifest.key, name, object.stamps)
        }
    }

    /// One output. Its lock is held while it is read, so that others wait for the outcome and not read beside it.
    private final class Check: Sendable {
        let isSound = Mutex(false)
    }

    /// The checks alone; nothing is read under this lock.
    private let checks = Mutex<[Port: Check]>([:])

    /// The object was made by this process.
    func trust(_ object: StoredObject) {
        for port in object.manifest.ports {
            check(Port(object, port.name)).isSound.withLock { $0 = true }
        }
    }

    /// - Throws: ``ObjectDamage``, also where it was cancelled.
    /// - Complexity: O(bytes) the first time.
    func require(_ object: StoredObject, port: String, isCancelled: () -> Bool) throws {
        try check(Port(object, port)).isSound.withLock { isSound in
            if isSound { return }
            try object.verify(port: port, isCancelled: isCancelled)
            isSound = true
        }
    }

    /// The object is to be made again.
    func distrust(_ object: StoredObject) {
        checks.withLock { checks in checks = checks.filter { $0.key.key != object.manifest.key } }
    }

    private func check(_ port: Port) -> Check {
        checks.withLock { checks in
            if let check = checks[port] { return check }
            let check = Check()
            checks[port] = check
            return check
        }
    }
}
