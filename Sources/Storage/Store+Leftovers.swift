/// What nobody will go on with.
public struct Leftovers: Sendable, Hashable {
    /// Folders of processes that are no more.
    public internal(set) var temporaryFolders = 0
    public internal(set) var leases = 0
    /// Folders of checkpoints.
    public internal(set) var checkpoints = 0
    /// Run folders that are no more.
    public internal(set) var roots = 0
    /// Remembered digests of files that are gone or have changed.
    public internal(set) var rememberedDigests = 0

    public var isEmpty: Bool { self == Leftovers() }
}

extension Store {
    /// Removes what processes left when they were killed. What cannot be removed stays: it hurts nobody.
    @discardableResult
    public func removeLeftovers() throws(FileSystemError) -> Leftovers { try removeLeftovers(in: session()) }

    /// - Parameters:
    ///   - session: of this process; `nil` to count what would be removed.
    ///   - age: nanoseconds without a change after which checkpoints go; `nil`: age is no reason.
    func removeLeftovers(
        in session: Session?, checkpointsOlderThan age: Int? = nil
    ) throws(FileSystemError) -> Leftovers {
        var leftovers = Leftovers()
        let now = try time(of: session)
        let isRehearsal = session == nil
        leftovers.temporaryFolders = try removeDeadSessions(now: now, isRehearsal: isRehearsal)
        leftovers.leases =
            if let session { try leases.removeStale(in: session) } else { try leases.countStale(now: now) }
        leftovers.checkpoints = try removeCheckpoints(olderThan: age, now: now, isRehearsal: isRehearsal)
        if !isRehearsal {
            for folder in ["", "/roots", "/index", "/files", "/uses"] { Replacement.removeAbandoned(in: path + folder) }
        }
        return leftovers
    }

    /// - Returns: how many there were.
    func removeDeadSessions(now: Int, isRehearsal: Bool) throws(FileSystemError) -> Int {
        let dead = try FileSystem.list(sessionsFolder).filter { SeenSession($0, in: sessionsFolder).isOver(now: now) }
        if !isRehearsal { for name in dead { try? FileSystem.remove(sessionsFolder + "/" + name) } }
        return dead.count
    }

    /// The sessions that may be alive, but for one's own, by name.
    func otherSessions(than session: Session?) throws(FileSystemError) -> [SeenSession] {
        let now = try time(of: session)
        return try FileSystem.list(sessionsFolder).filter { sessionsFolder + "/" + $0 != session?.folder }
            .map { SeenSession($0, in: sessionsFolder) }.filter { !$0.isOver(now: now) }
    }

    /// Now, by the clock of the file system; by that of this machine for who only looks, and so has no session.
    func time(of session: Session?) throws(FileSystemError) -> Int { try session?.time() ?? MachineFacts.now }

    /// Removes checkpoints that no living process works with: old ones, and those of results that were stored after them,
    /// because their process was killed in between. Later ones are those of a result that is being made again.
    private func removeCheckpoints(
        olderThan age: Int?, now: Int, isRehearsal: Bool
    ) throws(FileSystemError) -> Int {
        var removed = 0
        let leased = Set(try leases.keys())
        for name in try FileSystem.list(path + "/checkpoints") {
            let folder = path + "/checkpoints/" + name
            let key = Digest(hex: name)
            guard key.map(leased.contains) != true,
                let made = try FileSystem.status(of: folder, followingLinks: false)?.modified
            else { continue }
            let changed = try newestFile(in: folder)
            var isOver = age.map { now - max(made, changed) > $0 } ?? false
            if let key, case .present(let object) = find(key), let stored = try FileSystem.status(of: object.folder) {
                isOver = isOver || changed <= stored.modified
            }
            guard isOver else { continue }
            if !isRehearsal { try? FileSystem.remove(folder) }
            removed += 1
        }
        return removed
    }

    /// When the last of the files below a folder was changed; 0 where there is none.
    private func newestFile(in folder: String) throws(FileSystemError) -> Int {
        var newest = 0
        for file in try FileSystem.listFiles(below: folder) {
            newest = max(newest, try FileSystem.status(of: folder + "/" + file, followingLinks: false)?.modified ?? 0)
        }
        return newest
    }
}
