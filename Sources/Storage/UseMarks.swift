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

    func mark(_ keys: some Sequence<Digest>) {
        let isFull = state.withLock { state in
            let now = MachineFacts.now
            for key in keys {
                if let last = state.noted[key], now - last < Self.resolution { continue }
                state.noted[key] = now
                state.pending.append(key)
            }
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
        if journal.append([Self.record(keys, time: journal.now)]) { return true }
        state.withLock { $0.pending += keys }
        return false
    }

    /// The last noted use of each key, as far as it is known now.
    var last: LastUses { LastUses(journal) }

    /// Keeps the last use of each of these keys alone.
    func compact(keeping isKept: (Digest) -> Bool) {
        journal.compact {
            let uses = last.times
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

/// When each object was last used, read on where others go on writing it.
struct LastUses {
    private var reader: JournalReader

    /// Nanoseconds since 1970, by the clock of the file system.
    private(set) var times: [Digest: Int] = [:]

    fileprivate init(_ journal: Journal) {
        reader = JournalReader(journal)
        update()
    }

    /// Takes over what was noted since.
    mutating func update() {
        for record in reader.newRecords() {
            var fields = RecordReader(record)
            guard let time: Int = fields.integer() else { continue }
            while let key = fields.digest() { times[key] = max(times[key] ?? 0, time) }
        }
    }
}

extension Store {
    /// Notes that somebody wanted the object, so that it is not among the first to be pruned. Costs almost nothing.
    public func markUsed(_ object: StoredObject) { uses.mark(CollectionOfOne(object.manifest.key)) }

    /// Notes at once that this process uses objects: until its session ends nobody prunes them, not even for a moment.
    ///
    /// - Returns: whether they were all there and whole when that was noted; otherwise they are to be looked for again.
    public func hold(_ objects: [StoredObject]) -> Bool {
        uses.mark(objects.lazy.map(\.manifest.key))
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
