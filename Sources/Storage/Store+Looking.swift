import JSONValues

/// What an object takes and when it was last wanted.
struct ObjectUsage: Sendable {
    let key: Digest
    /// The stage that made it; `nil` where the object is damaged.
    let kind: String?
    let bytes: Int
    /// Nanoseconds since 1970.
    let used: Int
}

/// What a store holds, in numbers.
public struct StoreSummary: Sendable {
    public struct Kind: Sendable {
        /// The stage that made them; `nil` for damaged objects.
        public let stage: String?
        public let objects: Int
        public let bytes: Int
    }

    public let objects: Int
    public let bytes: Int
    /// Largest first.
    public let kinds: [Kind]
    /// Run folders whose results are kept.
    public let roots: [String]
    /// Processes at work.
    public let sessions: [String]
    public let checkpoints: Int
    public let rememberedDigests: Int
    /// What the next run or prune removes.
    public let leftovers: Leftovers
}

extension Store {
    func usage(of keys: [Digest]) throws(FileSystemError) -> [ObjectUsage] {
        let uses = uses.last.times
        var usage: [ObjectUsage] = []
        for key in keys {
            let folder = folder(of: key)
            guard let status = try FileSystem.status(of: folder, followingLinks: false) else { continue }
            let used = max(status.modified, uses[key] ?? 0)
            if case .present(let object) = find(key) {
                usage.append(
                    ObjectUsage(
                        key: key, kind: object.manifest.keyManifest["stage"]?.string,
                        bytes: object.manifest.files.reduce(0) { $0 + $1.size }, used: used))
                continue
            }
            var bytes = 0
            for file in try FileSystem.listFiles(below: folder) {
                bytes += try FileSystem.status(of: folder + "/" + file, followingLinks: false)?.size ?? 0
            }
            usage.append(ObjectUsage(key: key, kind: nil, bytes: bytes, used: used))
        }
        return usage
    }

    /// Looks at everything and changes nothing but the index.
    public func summary() throws(FileSystemError) -> StoreSummary {
        let objects = try usage(of: keys())
        let kinds = Dictionary(grouping: objects, by: \.kind).map { kind, objects in
            StoreSummary.Kind(stage: kind, objects: objects.count, bytes: objects.reduce(0) { $0 + $1.bytes })
        }
        let now = MachineFacts.now
        let sessions = try FileSystem.list(sessionsFolder).map { SeenSession($0, in: sessionsFolder) }
        var leftovers = Leftovers()
        leftovers.temporaryFolders = sessions.count { $0.isOver(now: now) }
        leftovers.leases = try leases.countStale(now: now)
        let roots = try roots()
        for root in roots where try !RootRecords.isRunFolder(root) { leftovers.roots += 1 }
        return StoreSummary(
            objects: objects.count, bytes: objects.reduce(0) { $0 + $1.bytes },
            kinds: kinds.sorted { ($0.bytes, $1.stage ?? "") > ($1.bytes, $0.stage ?? "") },
            roots: roots, sessions: sessions.filter { !$0.isOver(now: now) }.map(\.name),
            checkpoints: try FileSystem.list(path + "/checkpoints").count, rememberedDigests: rememberedDigests.count,
            leftovers: leftovers)
    }
}
