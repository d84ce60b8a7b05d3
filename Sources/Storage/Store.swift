import Synchronization

/// Results by key: each object is a folder of read-only files and a manifest, whole or not there.
///
/// ```
/// <store>/format                                  convscope-store 1
/// <store>/objects/<2 digits>/<62 digits>/         an object
/// <store>/temporary/<process>-<count>/            what a process works on: `owner` and objects being made
/// <store>/checkpoints/<key>/                      what unfinished stages go on from
/// <store>/leases/<key>                            who makes an object at the moment
/// <store>/roots/<digest of path>                  a run folder whose results are kept
/// <store>/index/<host>-<start>.journal              what the manifests say (see ``ObjectIndex``)
/// <store>/files/<host>-<start>.journal              remembered digests of external files
/// <store>/uses/<host>-<start>.journal               when objects were last used
/// <store>/reserve                                 room for pruning on a full disk
/// ```
/// Several processes may use one store: objects appear by rename(2) and are never changed afterwards. Everything but
/// `format` and `objects` can be lost without losing a result.
public final class Store: Sendable {
    public static let format = "convscope-store 1"

    private static let folders = [
        "objects", "temporary", "files", "checkpoints", "leases", "roots", "index", "uses",
    ]

    /// Absolute.
    public let path: String

    let leases: Leases
    let index: ObjectIndex
    let rememberedDigests: RememberedDigests
    let uses: UseMarks

    /// What this process does here; begins with its first write.
    private let openSession = Mutex<Session?>(nil)

    /// Of the folder of objects when the store was opened.
    private let inode: UInt64

    /// Whether a store is there already.
    public static func exists(at path: String) throws(FileSystemError) -> Bool {
        try FileSystem.status(of: Paths.absolute(path) + "/format") != nil
    }

    /// Opens the store in a folder, made if it is not there.
    public init(opening path: String) throws(StoreError) {
        self.path = Paths.absolute(path)
        leases = Leases(path: self.path + "/leases")
        index = ObjectIndex(folder: self.path + "/index")
        rememberedDigests = RememberedDigests(folder: self.path + "/files")
        uses = UseMarks(folder: self.path + "/uses")
        do {
            try Self.prepare(self.path)
            inode = try FileSystem.status(of: self.path + "/objects")?.inode ?? 0
        } catch let error as FileSystemError {
            throw .fileSystem(error)
        } catch {
            throw error as! StoreError
        }
    }

    private static func prepare(_ path: String) throws {
        let formatFile = path + "/format"
        if let status = try FileSystem.status(of: formatFile) {
            let text = status.size < 1000 ? String(decoding: try FileSystem.read(formatFile), as: UTF8.self) : ""
            guard text == format + "\n" else {
                throw StoreError.notAStore(path: path, format: String(text.prefix { $0 != "\n" }))
            }
            return
        }
        let names = try FileSystem.list(path)
        guard names.allSatisfy({ folders.contains($0) || $0 == reserveName || $0.hasPrefix("format.") }) else {
            throw StoreError.notAStore(path: path, format: "unknown")
        }
        for folder in folders { try FileSystem.makeFolder(path + "/" + folder) }
        // Last: a store with a format file is complete.
        try FileSystem.replace(formatFile, with: format + "\n", isDurable: true)
    }

    /// Whether the store that was opened is still there: false once somebody has moved or removed it, also where
    /// another one has taken its place.
    public var isInPlace: Bool {
        do {
            try requireInPlace()
            return true
        } catch {
            // A disk that does not answer says nothing about that.
            return !error.isMissing
        }
    }

    /// Before anything is made with all the folders above it: where the store is gone, half a new one must not appear.
    func requireInPlace() throws(FileSystemError) {
        guard try FileSystem.status(of: path + "/objects")?.inode == inode else { throw .missing(path + "/objects") }
    }

    // MARK: - Finding

    /// What the store has for a key.
    public enum Lookup: Sendable {
        case present(StoredObject)
        case absent
        /// There is something that cannot be trusted, and why.
        case damaged(reason: String)
    }

    /// Looks at the sizes of the files, and at the manifest where the index has not got it; ``StoredObject/verify()``
    /// reads their bytes.
    public func find(_ key: Digest) -> Lookup {
        if let object = index.object(key, in: folder(of: key)), object.isUnchanged { return .present(object) }
        return read(key)
    }

    /// The same without a look at the files where the index has the object: what it says is true once the object is
    /// confirmed. Ten thousand files are looked at sooner together than one by one.
    ///
    /// See ``confirm(_:)`` and ``hold(_:)``.
    public func recall(_ key: Digest) -> Lookup {
        index.object(key, in: folder(of: key)).map(Lookup.present) ?? read(key)
    }

    /// Looks at the files of objects that were recalled.
    ///
    /// - Returns: whether all are as they were; otherwise those that are not will be read when they are recalled again.
    public func confirm(_ objects: [StoredObject]) -> Bool {
        let store = try? OpenFolder(path)
        let areUnchanged = concurrentMap(objects.count) { position in
            guard let store else { return false }
            let way = objects[position].folder.utf8.dropFirst(path.utf8.count + 1)
            return objects[position].isUnchanged(in: store, way: Substring(way))
        }
        for (object, isUnchanged) in zip(objects, areUnchanged) where !isUnchanged { index.forget(object.manifest.key) }
        return areUnchanged.allSatisfy { $0 }
    }

    /// ``find(_:)`` without asking the index.
    func read(_ key: Digest) -> Lookup {
        let folder = folder(of: key)
        let bytes: [UInt8]
        do {
            bytes = try FileSystem.read(folder + "/" + ObjectManifest.fileName)
        } catch {
            guard error.isMissing else { return .damaged(reason: "\(error)") }
            return FileSystem.exists(folder) ? .damaged(reason: "it has no manifest") : .absent
        }
        guard let manifest = ObjectManifest(parsing: bytes) else {
            return .damaged(reason: "its manifest cannot be read")
        }
        guard manifest.key == key else { return .damaged(reason: "its manifest is that of \(manifest.key)") }
        var stamps: [FileStamp] = []
        for file in manifest.files {
            guard let status = (try? FileSystem.status(of: folder + "/" + file.path)) ?? nil else {
                return .damaged(reason: "the file '\(file.path)' is missing")
            }
            guard status.size == file.size else {
                return .damaged(reason: "the file '\(file.path)' has \(status.size) bytes instead of \(file.size)")
            }
            stamps.append(FileStamp(status))
        }
        let object = StoredObject(folder: folder, manifest: manifest, stamps: stamps)
        index.add(object)
        return .present(object)
    }

    /// The keys of all objects, sorted, whole or not.
    public func keys() throws(FileSystemError) -> [Digest] {
        var keys: [Digest] = []
        for shelf in try FileSystem.entries(of: path + "/objects") where shelf.isFolder {
            for rest in try FileSystem.list(path + "/objects/" + shelf.name) {
                if let key = Digest(hex: shelf.name + rest) { keys.append(key) }
            }
        }
        return keys
    }

    func folder(of key: Digest) -> String {
        let hex = key.hex
        return "\(path)/objects/\(hex.prefix(2))/\(hex.dropFirst(2))"
    }

    // MARK: - Sessions

    var sessionsFolder: String { path + "/temporary" }

    /// Our own session, begun if it was not: from now on nothing that it uses is pruned by others. It ends
    /// with this object, or, where the process is killed, when somebody else notices.
    func session() throws(FileSystemError) -> Session {
        try openSession.withLock { (open) throws(FileSystemError) -> Session in
            if let session = open { return session }
            try requireInPlace()
            let session = try Session(in: sessionsFolder) { [leases, uses] inode in
                leases.renew(besides: inode)
                uses.flush()
            }
            open = session
            return session
        }
    }

    /// Begins our own session; without it the first write does. A program that will use many results before
    /// it writes says so first.
    public func beginSession() throws(FileSystemError) {
        _ = try session()
        fillReserve()
    }

    /// Ends it: nothing that this process has used is held any more. Threads that have ended their work may still have the
    /// store, and would otherwise leave a session behind when the process ends before them.
    public func endSession() {
        uses.flush()
        openSession.withLock { $0 = nil }
    }

    deinit { uses.flush() }

    // MARK: - Checkpoints

    /// The folder, perhaps not there yet, that the stage with this key keeps its checkpoints in.
    public func checkpointFolder(of key: Digest) -> String { "\(path)/checkpoints/\(key.hex)" }
}
