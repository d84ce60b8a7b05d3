/// What is to be pruned; results that run folders name, and those in use, always stay.
public struct PruneRequest: Sendable {
    /// Results that nobody used for so many seconds go; `nil`: age is no reason.
    public var age: Int?

    /// Least recently used results go until the rest has at most so many bytes; `nil`: size is no reason.
    public var size: Int?

    /// Says what would go, and changes nothing.
    public var isRehearsal: Bool

    public init(age: Int? = nil, size: Int? = nil, isRehearsal: Bool = false) {
        self.age = age
        self.size = size
        self.isRehearsal = isRehearsal
    }
}

/// What was pruned, or would be.
public struct PruneResult: Sendable {
    /// Keys of results.
    public internal(set) var removed: [Digest] = []
    public internal(set) var removedBytes = 0
    public internal(set) var kept = 0
    public internal(set) var keptBytes = 0
    public internal(set) var leftovers: Leftovers
    /// Paths of the run folders that are gone, or were moved where they are not found: their results are no longer kept.
    public internal(set) var goneRunFolders: [String] = []

    init(leftovers: Leftovers) { self.leftovers = leftovers }
}

extension Store {
    /// Removes results and leftovers, safely while others run: a result goes only when no run folder names it, nobody
    /// makes it, and no process that is at work has used it.
    ///
    /// Checkpoints go after a week without change, or after `age` where that is given. Works on a full disk too.
    public func prune(_ request: PruneRequest) throws(FileSystemError) -> PruneResult {
        let session = request.isRehearsal ? nil : try sessionWithRoom()
        uses.flush()
        defer { if session != nil { fillReserve() } }
        let second = 1_000_000_000
        var result = PruneResult(
            leftovers: try removeLeftovers(
                in: session, checkpointsOlderThan: (request.age ?? 7 * 86_400) * second))
        let (gone, neighbors) = try followRoots(isRehearsal: request.isRehearsal)
        result.goneRunFolders = gone
        result.leftovers.roots = result.goneRunFolders.count
        result.leftovers.rememberedDigests = rememberedDigests.forgetOutdated(isRehearsal: request.isRehearsal)
        try pruneObjects(request, session: session, neighbors: neighbors, result: &result)
        return result
    }

    private func pruneObjects(
        _ request: PruneRequest, session: Session?, neighbors: [String], result: inout PruneResult
    ) throws(FileSystemError) {
        let objects = try usage(of: keys())
        var seen = Seen(records: RootRecords(neighbors: neighbors), uses: uses.last)
        let inUse = try InUse(self, session, &seen)
        var rest = objects.reduce(0) { $0 + $1.bytes }
        let oldest = try time(of: session) - (request.age ?? 0) * 1_000_000_000
        var chosen: [ObjectUsage] = []
        for object in objects.sorted(by: { $0.used < $1.used }) {
            let isOld = request.age != nil && object.used < oldest
            let isTooMuch = request.size.map { rest > $0 } ?? false
            guard isOld || isTooMuch, !inUse.contains(object, in: folder(of: object.key)) else { continue }
            chosen.append(object)
            rest -= object.bytes
        }
        let removed = if let session { try remove(chosen, session, &seen) } else { chosen }
        result.removed = removed.map(\.key)
        result.removedBytes = removed.reduce(0) { $0 + $1.bytes }
        result.kept = objects.count - removed.count
        result.keptBytes = objects.reduce(0) { $0 + $1.bytes } - result.removedBytes
        if session == nil { return }
        let kept = Set(objects.map(\.key)).subtracting(result.removed)
        index.compact(to: kept)
        uses.compact(keeping: kept.contains)
    }

    /// So many are condemned at once: who uses one of them waits until it is decided on all.
    private static let batchSize = 200

    private func remove(
        _ objects: [ObjectUsage], _ session: Session, _ seen: inout Seen
    ) throws(FileSystemError) -> [ObjectUsage] {
        var removed: [ObjectUsage] = []
        for start in stride(from: 0, to: objects.count, by: Self.batchSize) {
            let batch = objects[start..<min(start + Self.batchSize, objects.count)]
            for (object, path) in try takeAway(batch, session, &seen) {
                try FileSystem.remove(path)
                removed.append(object)
            }
        }
        return removed
    }

    /// Takes objects that nobody uses out of their places.
    ///
    /// - Returns: where they are now; nobody wants them any more.
    private func takeAway(
        _ objects: some Collection<ObjectUsage>, _ session: Session, _ seen: inout Seen
    ) throws(FileSystemError) -> [(object: ObjectUsage, path: String)] {
        condemn(objects, in: session)
        defer { condemn([], in: session) }
        var aside: [(object: ObjectUsage, path: String)] = []
        let inUse = try InUse(self, session, &seen)
        for object in objects where !inUse.contains(object, in: folder(of: object.key)) {
            let path = session.newPath()
            do {
                try FileSystem.rename(folder(of: object.key), to: path)
                aside.append((object, path))
            } catch  where error.isMissing {
                // Somebody else was faster.
            }
        }
        // Who did not wait, because this process was stopped for long, has noted what it uses before that.
        let inUseNow = try InUse(self, session, &seen)
        return aside.filter { object, path in
            guard inUseNow.contains(object, in: path) else { return true }
            // Where somebody has made it again meanwhile, that one stays.
            return (try? FileSystem.rename(path, to: folder(of: object.key))) == nil
        }
    }
}

/// What was read of others' files so far; only what is new in them is read again.
private struct Seen {
    var records: RootRecords
    var uses: LastUses
}

/// What others have or want at the moment.
private struct InUse {
    private let leased: Set<Digest>
    private let kept: Set<Digest>
    private let uses: [Digest: Int]
    /// What was used after this may be in the hands of a process that is at work.
    private let limit: Int

    /// - Parameter session: of this process; `nil` where it only looks.
    init(_ store: Store, _ session: Session?, _ seen: inout Seen) throws(FileSystemError) {
        // Sessions first: one that begins later finds only what is in its place now, and one that has ended before has
        // written the record of its run folder.
        let sessions = try store.otherSessions(than: session)
        // One without a readable beginning may have begun at any time.
        limit = sessions.map { ($0.began ?? 0) - UseMarks.resolution }.min() ?? .max
        leased = Set(try store.leases.keys())
        kept = try seen.records.keys(of: store.roots())
        seen.uses.update()
        uses = seen.uses.times
    }

    /// - Parameter folder: where the object is now.
    func contains(_ object: ObjectUsage, in folder: String) -> Bool {
        if leased.contains(object.key) || kept.contains(object.key) { return true }
        let modified = ((try? FileSystem.status(of: folder, followingLinks: false)) ?? nil)?.modified ?? 0
        let used = max(modified, uses[object.key] ?? 0)
        // Or by somebody who has ended meanwhile.
        return used >= limit || used > object.used
    }
}
