import Dispatch
import JSONValues

/// The right to make the object of a key, which one process has at a time; the others wait for the object.
///
/// A lease only saves work: objects are whole and equal whoever makes them. It is a file `<store>/leases/<key>` that
/// names its owner and that the owner touches every minute. It ends with ``release()``, when its owner is provably dead,
/// and, where that cannot be known from here (another machine, another container), ten minutes after the last touch.
public final class Lease: Sendable {
    private let path: String

    /// Nobody else refers to it; cancelling is safe from any thread.
    private nonisolated(unsafe) let renewal: any DispatchSourceTimer

    private static let secondsBetweenTouches = 60

    fileprivate init(path: String) {
        self.path = path
        renewal = DispatchSource.makeTimerSource()
        renewal.schedule(
            deadline: .now() + .seconds(Self.secondsBetweenTouches), repeating: .seconds(Self.secondsBetweenTouches))
        renewal.setEventHandler { try? FileSystem.touch(path) }
        renewal.activate()
    }

    /// Lets others have it. A file that stays because it cannot be removed is stale when this process has ended.
    public func release() {
        renewal.cancel()
        try? FileSystem.remove(path)
    }
}

extension Store {
    /// Takes the lease of a key; `nil` while another process has it.
    public func lease(of key: Digest) throws(FileSystemError) -> Lease? {
        let path = "\(path)/leases/\(key.hex)"
        try FileSystem.makeFolder(Paths.folder(of: path))
        let container = try temporaryFolders.make()
        defer { try? FileSystem.remove(container) }
        // Linked into its place whole, so that nobody reads half of it; its time is the file system's, as that of leases.
        let candidate = container + "/lease"
        try FileSystem.write(ProcessIdentity.current.json.compactText + "\n", to: candidate)
        for _ in 0..<2 {
            do {
                try FileSystem.makeHardLink(path, to: candidate)
                return Lease(path: path)
            } catch  where error.isTaken {
                guard let found = try FileSystem.status(of: path, followingLinks: false) else { continue }
                let now = try FileSystem.status(of: candidate)?.modified ?? 0
                guard isStale(path, age: now - found.modified) else { return nil }
                try setAsideLease(path, in: container, inode: found.inode)
            }
        }
        return nil
    }

    /// - Parameter age: nanoseconds since the last touch.
    private func isStale(_ path: String, age: Int) -> Bool {
        let isOld = age > 600 * 1_000_000_000
        guard let bytes = try? FileSystem.read(path), let json = try? JSONDocument(parsing: bytes).root,
            let owner = ProcessIdentity(json: json)
        else { return isOld }
        // A process of this machine that is there but was stopped for long still has it.
        return owner.isProvablyDead || (isOld && !owner.isKnownHere)
    }

    /// Removes the lease that was looked at, not one that another process has taken over meanwhile.
    private func setAsideLease(_ path: String, in container: String, inode: UInt64) throws(FileSystemError) {
        let aside = container + "/stale"
        do {
            try FileSystem.rename(path, to: aside)
        } catch  where error.isMissing {
            return
        }
        if try FileSystem.status(of: aside, followingLinks: false)?.inode != inode {
            try? FileSystem.makeHardLink(path, to: aside)
        }
        try FileSystem.remove(aside)
    }
}
