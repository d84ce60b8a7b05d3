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

    init(leftovers: Leftovers) { self.leftovers = leftovers }
}

extension Store {
    /// Removes results and leftovers, safely while others run: a result goes only when no run folder names it, nobody
    /// makes it, and no process that is at work has used it.
    ///
    /// Checkpoints go after a week without change, or after `age` where that is given.
    ///
    /// - Throws: ``StoreError`` where the record of a run folder cannot be read, ``FileSystemError``.
    public func prune(_ request: PruneRequest) throws -> PruneResult {
        let session = try session()
        uses.flush()
        let second = 1_000_000_000
        var result = PruneResult(
            leftovers: try removeLeftovers(
                in: session, checkpointsOlderThan: (request.age ?? 7 * 86_400) * second,
                isRehearsal: request.isRehearsal))
        let roots = try readRoots()
        result.leftovers.roots = roots.gone.count
        if !request.isRehearsal { for root in roots.gone { try forgetRoot(root) } }
        result.leftovers.rememberedDigests = rememberedDigests.forgetOutdated(isRehearsal: request.isRehearsal)
        try pruneObjects(request, roots: roots.keys, session: session, result: &result)
        return result
    }

    private func pruneObjects(
        _ request: PruneRequest, roots: Set<Digest>, session: Session, result: inout PruneResult
    ) throws(FileSystemError) {
        let objects = try usage(of: keys())
        let inUse = try InUse(self, session)
        var rest = objects.reduce(0) { $0 + $1.bytes }
        let oldest = try session.time() - (request.age ?? 0) * 1_000_000_000
        var chosen: [ObjectUsage] = []
        for object in objects.sorted(by: { $0.used < $1.used }) {
            let isOld = request.age != nil && object.used < oldest
            let isTooMuch = request.size.map { rest > $0 } ?? false
            guard isOld || isTooMuch, !roots.contains(object.key), !inUse.contains(object) else { continue }
            chosen.append(object)
            rest -= object.bytes
        }
        let removed = request.isRehearsal ? chosen : try remove(chosen, session)
        result.removed = removed.map(\.key)
        result.removedBytes = removed.reduce(0) { $0 + $1.bytes }
        result.kept = objects.count - removed.count
        result.keptBytes = objects.reduce(0) { $0 + $1.bytes } - result.removedBytes
        if request.isRehearsal { return }
        let kept = Set(objects.map(\.key)).subtracting(result.removed)
        index.compact(to: kept)
        uses.compact(keeping: kept.contains)
    }

    /// Takes objects out of their places, looks again whether somebody has begun to use them, and then removes them or
    /// puts them back.
    private func remove(_ objects: [ObjectUsage], _ session: Session) throws(FileSystemError) -> [ObjectUsage] {
        var removed: [ObjectUsage] = []
        for start in stride(from: 0, to: objects.count, by: 100) {
            var aside: [(object: ObjectUsage, path: String)] = []
            for object in objects[start..<min(start + 100, objects.count)] {
                let path = session.newPath()
                do {
                    try FileSystem.rename(folder(of: object.key), to: path)
                    aside.append((object, path))
                } catch  where error.isMissing {
                    // Somebody else was faster.
                }
            }
            let inUse = try InUse(self, session)
            for (object, path) in aside {
                if inUse.contains(object) {
                    // Where somebody has made it again meanwhile, that one stays.
                    if (try? FileSystem.rename(path, to: folder(of: object.key))) != nil { continue }
                }
                try FileSystem.remove(path)
                removed.append(object)
            }
        }
        return removed
    }

    /// The keys that run folders name, and the run folders that are no more.
    func readRoots() throws -> (keys: Set<Digest>, gone: [String]) {
        var keys: Set<Digest> = []
        var gone: [String] = []
        for root in try roots() {
            if let named = try Store.keys(ofRoot: root) { keys.formUnion(named) } else { gone.append(root) }
        }
        return (keys, gone)
    }
}

/// What others have or want at the moment.
private struct InUse {
    private let leased: Set<Digest>
    private let uses: [Digest: Int]
    /// What was used after this may be in the hands of a process that is at work.
    private let limit: Int

    init(_ store: Store, _ session: Session) throws(FileSystemError) {
        // Sessions before uses: one that begins later finds only what is in its place now.
        let sessions = try store.otherSessions(than: session)
        // One without a readable beginning may have begun at any time.
        limit = sessions.map { ($0.began ?? 0) - UseMarks.resolution }.min() ?? .max
        leased = Set(try store.leases.keys())
        uses = store.uses.lastUses()
    }

    func contains(_ object: ObjectUsage) -> Bool {
        leased.contains(object.key) || max(object.used, uses[object.key] ?? 0) >= limit
    }
}
