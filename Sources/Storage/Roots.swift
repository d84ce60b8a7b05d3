import JSONValues

/// The run folders whose results are kept.
extension Store {
    private var rootsFolder: String { path + "/roots" }

    /// Says that what a run folder's record names is not to be pruned, as long as the folder is there.
    ///
    /// - Parameter runFolder: absolute; a `run.json` will lie in it.
    public func addRoot(_ runFolder: String) throws(FileSystemError) {
        let file = rootsFolder + "/" + Digest(of: runFolder).hex
        if FileSystem.exists(file) { return }
        try FileSystem.makeFolder(rootsFolder)
        try FileSystem.replace(file, with: runFolder + "\n")
    }

    /// Absolute paths of all run folders that were ever added, sorted.
    func roots() throws(FileSystemError) -> [String] {
        var roots: [String] = []
        for name in try FileSystem.list(rootsFolder) where Digest(hex: name) != nil {
            guard let bytes = try? FileSystem.read(rootsFolder + "/" + name) else { continue }
            let root = String(decoding: bytes, as: UTF8.self).prefix { $0 != "\n" }
            // Half written before a crash; the run adds it again.
            if Digest(of: String(root)).hex == name { roots.append(String(root)) }
        }
        return roots.sorted()
    }

    func forgetRoot(_ runFolder: String) throws(FileSystemError) {
        try FileSystem.removeFile(rootsFolder + "/" + Digest(of: runFolder).hex)
    }

    /// The keys that the record of a run folder names, also those of last results; `nil` where there is no record.
    ///
    /// - Throws: ``StoreError/unreadableRecord(path:)`` where there is one that cannot be read: what it names is unknown.
    static func keys(ofRoot runFolder: String) throws(StoreError) -> Set<Digest>? {
        let file = runFolder + "/run.json"
        let bytes: [UInt8]
        do {
            bytes = try FileSystem.read(file)
        } catch  where error.isMissing {
            return nil
        } catch {
            throw .fileSystem(error)
        }
        guard let stages = (try? JSONDocument(parsing: bytes).root)?["stages"]?.object else {
            throw .unreadableRecord(path: file)
        }
        var keys: Set<Digest> = []
        for (_, stage) in stages {
            for text in [stage["key"]?.string, stage["last"]?["key"]?.string] {
                if let key = text.flatMap(Digest.init(hex:)) { keys.insert(key) }
            }
        }
        return keys
    }
}
