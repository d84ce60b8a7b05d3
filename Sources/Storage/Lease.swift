import Glibc
import JSONValues
import Synchronization

/// The right to make the object of a key, which one thread of one process has at a time; the others wait for the object.
///
/// A lease only saves work: objects are whole and equal whoever makes them. It is a file `<store>/leases/<key>` that
/// names its owner: another name of the file of the owner's ``Session``, which is touched every minute. It ends with
/// ``release()``, when its owner is provably dead, and, where that cannot be known from here (another machine, another
/// container), ten minutes after the last touch.
public final class Lease: Sendable {
    private let key: Digest
    private let leases: Leases

    fileprivate init(_ key: Digest, _ leases: Leases) {
        self.key = key
        self.leases = leases
    }

    /// Lets others have it. One that another process has taken over meanwhile stays.
    public func release() { leases.release(key) }

    deinit { release() }
}

extension Store {
    /// Takes the lease of a key; `nil` while another process, or another thread of this one, has it.
    public func lease(of key: Digest) throws(FileSystemError) -> Lease? {
        // Work begins: what is noted so far is what it will read.
        uses.flush()
        return try leases.take(key, for: session()) ? Lease(key, leases) : nil
    }
}

/// The leases of a store: those that this process has, and what is seen of the others'.
final class Leases: Sendable {
    private let path: String

    /// The inode of the file of every lease that this process has.
    private let held = Mutex<[Digest: UInt64]>([:])

    /// Nanoseconds without a touch after which a process that cannot be seen from here has lost its leases.
    private static let patience = 600 * 1_000_000_000

    /// The same for a lease that does not say whose it is: killed between making the file and writing it, where leases
    /// are files of their own.
    private static let patienceWithoutOwner = 10 * 1_000_000_000

    init(path: String) { self.path = path }

    func file(of key: Digest) -> String { path + "/" + key.hex }

    // MARK: - Having

    fileprivate func take(_ key: Digest, for session: Session) throws(FileSystemError) -> Bool {
        // The place in the table first: threads of one process share one session and could not be told apart later.
        guard held.withLock({ $0[key] == nil ? $0.updateValue(session.inode, forKey: key) == nil : false }) else {
            return false
        }
        do {
            if let inode = try inodeOfNewLease(key, session) {
                held.withLock { $0[key] = inode }
                return true
            }
        } catch {
            held.withLock { $0[key] = nil }
            throw error
        }
        held.withLock { $0[key] = nil }
        return false
    }

    private func inodeOfNewLease(_ key: Digest, _ session: Session) throws(FileSystemError) -> UInt64? {
        let path = file(of: key)
        for _ in 0..<2 {
            do {
                return try makeFile(path, session)
            } catch  where error.isTaken {
                guard let found = try FileSystem.status(of: path, followingLinks: false) else { continue }
                // The call was made, but its answer was lost, as on network file systems.
                if found.inode == session.inode { return found.inode }
                guard isStale(path, age: try session.time() - found.modified) else { return nil }
                try setAside(path, in: session, inode: found.inode)
            }
        }
        return nil
    }

    /// Links the file of our session into its place, whole, so that nobody reads half of it; where the file system has no such
    /// links, writes a new one.
    private func makeFile(_ path: String, _ session: Session) throws(FileSystemError) -> UInt64 {
        do {
            try link(path, session)
            return session.inode
        } catch  where error.hasNoHardLinks || error.isMissing {
            let text = JSONValue.object(ProcessIdentity.current.json).compactText + "\n"
            return try FileSystem.writeNew(text, to: path).inode
        }
    }

    private func link(_ path: String, _ session: Session) throws(FileSystemError) {
        do {
            try FileSystem.makeHardLink(path, to: session.ownerPath)
        } catch  where error.isMissing {
            try FileSystem.makeFolder(self.path, makingParents: false)
            try FileSystem.makeHardLink(path, to: session.ownerPath)
        }
    }

    /// Touches the leases that are files of their own; the others are renewed with it.
    func renew(besides session: UInt64) {
        for (key, inode) in held.withLock({ $0 }) where inode != session {
            let path = file(of: key)
            guard let found = try? FileSystem.status(of: path, followingLinks: false), found.inode == inode else {
                continue
            }
            try? FileSystem.touch(path)
        }
    }

    fileprivate func release(_ key: Digest) {
        guard let inode = held.withLock({ $0.removeValue(forKey: key) }) else { return }
        let path = file(of: key)
        // One that cannot be removed is stale when this process has ended.
        guard let found = try? FileSystem.status(of: path, followingLinks: false), found.inode == inode else { return }
        try? FileSystem.removeFile(path)
    }

    // MARK: - Others' leases

    /// The keys of all leases, stale ones too.
    func keys() throws(FileSystemError) -> [Digest] { try FileSystem.list(path).compactMap(Digest.init(hex:)) }

    /// How many leases have lost their owner.
    func countStale(now: Int) throws(FileSystemError) -> Int { try stale(now: now).count }

    /// - Returns: how many were removed.
    func removeStale(in session: Session) throws(FileSystemError) -> Int {
        let stale = try stale(now: try session.time())
        for (file, inode) in stale { try setAside(file, in: session, inode: inode) }
        return stale.count
    }

    private func stale(now: Int) throws(FileSystemError) -> [(file: String, inode: UInt64)] {
        var stale: [(String, UInt64)] = []
        for name in try FileSystem.list(path) {
            let file = path + "/" + name
            guard let found = try FileSystem.status(of: file, followingLinks: false) else { continue }
            if isStale(file, age: now - found.modified) { stale.append((file, found.inode)) }
        }
        return stale
    }

    /// Who has the lease in a file; `nil` where it does not say.
    func owner(of path: String) -> ProcessIdentity? {
        guard let bytes = try? FileSystem.read(path), let json = try? JSONDocument(parsing: bytes).root else {
            return nil
        }
        return ProcessIdentity(json: json)
    }

    /// - Parameter age: nanoseconds since the last touch.
    private func isStale(_ path: String, age: Int) -> Bool {
        guard let owner = owner(of: path) else { return age > Self.patienceWithoutOwner }
        switch owner.life(onSharedDisk: FileSystem.isShared(path)) {
        // Also one that was stopped for long: it will go on.
        case .alive: return false
        case .dead: return true
        case .unknown: return age > Self.patience
        }
    }

    /// Removes the lease that was looked at, not one that another process has taken over meanwhile.
    private func setAside(_ path: String, in session: Session, inode: UInt64) throws(FileSystemError) {
        // Beside it, because the folder may be on another file system than our own; stale as it is, should this
        // process be killed here.
        let aside = "\(path).\(Paths.name(of: session.folder))"
        do {
            try FileSystem.rename(path, to: aside)
        } catch  where error.isMissing {
            return
        }
        if try FileSystem.status(of: aside, followingLinks: false)?.inode != inode {
            try? FileSystem.makeHardLink(path, to: aside)
        }
        try FileSystem.removeFile(aside)
    }
}
