import JSONValues

/// Which results the records of run folders name; each is read again only when it has changed.
struct RootRecords {
    /// Run folders that are not in the store's list.
    let neighbors: [String]

    private var known: [String: (status: FileSystem.Status, keys: Set<Digest>)] = [:]

    init(neighbors: [String]) { self.neighbors = neighbors }

    /// - Throws: where that cannot be known, as in a folder that may not be looked into: it may well be one.
    static func isRunFolder(_ path: String) throws(FileSystemError) -> Bool {
        if try FileSystem.status(of: path + "/run.json") != nil { return true }
        return try FileSystem.status(of: path + "/outputs")?.isFolder ?? false
    }

    /// The keys that run folders name, also those of last results.
    ///
    /// Where a record is missing or cannot be read, as after a power failure, the links of the folder's outputs tell.
    mutating func keys(of runFolders: [String]) throws(FileSystemError) -> Set<Digest> {
        var keys: Set<Digest> = []
        for folder in runFolders + neighbors { keys.formUnion(try self.keys(of: folder)) }
        return keys
    }

    private mutating func keys(of runFolder: String) throws(FileSystemError) -> Set<Digest> {
        let file = runFolder + "/run.json"
        guard let status = try FileSystem.status(of: file) else { return try Self.linkedKeys(of: runFolder) }
        if let (before, keys) = known[runFolder], before == status { return keys }
        guard let keys = try Self.recordedKeys(in: file) else { return try Self.linkedKeys(of: runFolder) }
        known[runFolder] = (status, keys)
        return keys
    }

    private static func recordedKeys(in file: String) throws(FileSystemError) -> Set<Digest>? {
        let bytes: [UInt8]
        do {
            bytes = try FileSystem.read(file)
        } catch  where error.isMissing {
            return nil
        }
        guard let stages = (try? JSONDocument(parsing: bytes).root)?["stages"]?.object else { return nil }
        var keys: Set<Digest> = []
        for (_, stage) in stages {
            for text in [stage["key"]?.string, stage["last"]?["key"]?.string] {
                if let key = text.flatMap(Digest.init(hex:)) { keys.insert(key) }
            }
        }
        return keys
    }

    private static func linkedKeys(of runFolder: String) throws(FileSystemError) -> Set<Digest> {
        var keys: Set<Digest> = []
        let outputs = runFolder + "/outputs"
        for file in try FileSystem.listFiles(below: outputs) {
            let target = try FileSystem.target(ofLink: outputs + "/" + file)
            if let key = target.flatMap(Store.key(ofPath:)) { keys.insert(key) }
        }
        return keys
    }
}

extension Store {
    /// The key of the object that a path leads into, also in another store: `…/<2 digits>/<62 digits>/…`
    public static func key(ofPath path: String) -> Digest? {
        let names = path.split(separator: "/")
        return zip(names, names.dropFirst()).lazy.compactMap { $0.count == 2 ? Digest(hex: String($0 + $1)) : nil }
            .first
    }
}
