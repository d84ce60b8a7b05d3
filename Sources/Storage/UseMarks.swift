import Synchronization

/// When objects were last used: what is pruned first is what nobody wanted for the longest time.
final class UseMarks: Sendable {
    private struct State {
        /// When each key was last noted by this process.
        var noted: [Digest: Int] = [:]
        var pending: [Digest] = []
        var isSizeKnown = false
    }

    private let journal: Journal
    private let state = Mutex(State())
    /// Held while marks are written: who finds nothing waiting can rely on that all is written.
    private let writing = Mutex(())

    /// Marks wait until there are so many, or a minute has passed, or work begins.
    private static let pendingLimit = 256

    /// Nanoseconds within which a second use of the same object is not noted.
    static let resolution = 600 * 1_000_000_000

    /// Bytes above which the journal is rewritten with the last use of each key alone.
    private static let sizeLimit = 8 << 20

    init(folder: String) { journal = Journal(folder: folder) }

    func mark(_ key: Digest) {
        let isFull = state.withLock { state in
            let now = MachineFacts.now
            if let last = state.noted[key], now - last < Self.resolution { return false }
            state.noted[key] = now
            state.pending.append(key)
            return state.pending.count >= Self.pendingLimit
        }
        if isFull { flush() }
    }

    /// Writes what waits.
    ///
    /// - Returns: whether others can read it now; what they cannot waits on.
    @discardableResult
    func flush() -> Bool { writing.withLock { _ in write() } }

    private func write() -> Bool {
        let (keys, isFirst) = state.withLock { state in
            defer {
                state.pending = []
                state.isSizeKnown = true
            }
            return (state.pending, !state.isSizeKnown)
        }
        if keys.isEmpty { return true }
        if isFirst, journal.size > Self.sizeLimit { compact { _ in true } }
        if journal.append([Self.record(keys, time: MachineFacts.now)]) { return true }
        state.withLock { $0.pending += keys }
        return false
    }

    /// Nanoseconds since 1970 of the last noted use of each key.
    func lastUses() -> [Digest: Int] {
        var uses: [Digest: Int] = [:]
        for record in journal.records() {
            var reader = RecordReader(record)
            guard let time: Int = reader.integer() else { continue }
            while let key = reader.digest() { uses[key] = max(uses[key] ?? 0, time) }
        }
        return uses
    }

    /// Keeps the last use of each of these keys alone.
    func compact(keeping isKept: (Digest) -> Bool) {
        journal.compact {
            let uses = lastUses()
            let groups = Dictionary(grouping: uses.keys.filter(isKept)) { uses[$0]! }
            return groups.sorted { $0.key < $1.key }.map { Self.record($0.value.sorted(), time: $0.key) }
        }
    }

    private static func record(_ keys: [Digest], time: Int) -> [UInt8] {
        var record: [UInt8] = []
        record.append(integer: time)
        for key in keys { record.append(digest: key) }
        return record
    }
}

extension Store {
    /// Notes that somebody wanted the object, so that it is not among the first to be pruned. Costs almost nothing.
    public func markUsed(_ object: StoredObject) { uses.mark(object.manifest.key) }

    /// Notes at once that this process uses objects: until its session ends nobody prunes them, not even for a moment.
    ///
    /// - Returns: whether they were all there and whole when that was noted; otherwise they are to be looked for again.
    public func hold(_ objects: [StoredObject]) -> Bool {
        for object in objects { markUsed(object) }
        if !uses.flush() {
            // A full disk: their own times need no room. Who may not even set those may not prune here either.
            for object in objects { try? FileSystem.touch(object.folder) }
        }
        // In this order, for who prunes first condemns them and then looks whether that was noted.
        awaitVerdict(on: objects)
        return confirm(objects)
    }

    /// Finds an object and holds it.
    public func claim(_ key: Digest) -> Lookup {
        let found = find(key)
        guard case .present(let object) = found, !hold([object]) else { return found }
        return find(key)
    }
}
