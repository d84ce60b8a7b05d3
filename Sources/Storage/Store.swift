import JSONValues

/// Results by key: each object is a folder of read-only files and a manifest, whole or not there.
///
/// ```
/// <store>/format                                  convscope-store 1
/// <store>/objects/<2 digits>/<62 digits>/         an object
/// <store>/temporary/<host>-<pid>-<counter>/       objects being made: `owner` and `object/`
/// <store>/files/<2 digits>/<62 digits>.json       remembered digest of an external file
/// <store>/checkpoints/<key>/                      what unfinished stages go on from
/// <store>/leases/<key>                            who makes an object at the moment
/// ```
/// Several processes may use one store: objects appear by rename(2) and are never changed afterwards.
public final class Store: Sendable {
    public static let format = "convscope-store 1"

    private static let folders = ["objects", "temporary", "files", "checkpoints", "leases"]

    /// Absolute.
    public let path: String

    let temporaryFolders: TemporaryFolders

    /// Whether a store is there already.
    public static func exists(at path: String) -> Bool { FileSystem.exists(Paths.absolute(path) + "/format") }

    /// Opens the store in a folder, made if it is not there.
    public init(opening path: String) throws(StoreError) {
        self.path = Paths.absolute(path)
        temporaryFolders = TemporaryFolders(path: self.path + "/temporary")
        do {
            try prepare()
        } catch let error as FileSystemError {
            throw .fileSystem(error)
        } catch {
            throw error as! StoreError
        }
    }

    private func prepare() throws {
        let formatFile = path + "/format"
        if let status = try FileSystem.status(of: formatFile) {
            let text = status.size < 1000 ? String(decoding: try FileSystem.read(formatFile), as: UTF8.self) : ""
            guard text == Self.format + "\n" else {
                throw StoreError.notAStore(path: path, format: String(text.prefix { $0 != "\n" }))
            }
            return
        }
        let names = try FileSystem.list(path)
        guard
            names.allSatisfy({
                Self.folders.contains($0) || $0.hasPrefix("format.")
            })
        else { throw StoreError.notAStore(path: path, format: "unknown") }
        for folder in Self.folders {
            try FileSystem.makeFolder(path + "/" + folder)
        }
        // Last: a store with a format file is complete.
        try FileSystem.replace(formatFile, with: Self.format + "\n", isDurable: true)
    }

    // MARK: - Finding

    /// What the store has for a key.
    public enum Lookup: Sendable {
        case present(StoredObject)
        case absent
        /// There is something that cannot be trusted, and why.
        case damaged(reason: String)
    }

    /// Looks at the manifest and the sizes of the files; `cache verify` reads their bytes.
    public func find(_ key: Digest) -> Lookup {
        let folder = folder(of: key)
        let bytes: [UInt8]
        do {
            bytes = try FileSystem.read(folder + "/" + ObjectManifest.fileName)
        } catch {
            guard error.isMissing else { return .damaged(reason: "\(error)") }
            return FileSystem.exists(folder) ? .damaged(reason: "it has no manifest") : .absent
        }
        guard let json = try? JSONDocument(parsing: bytes).root, let manifest = ObjectManifest(json: json) else {
            return .damaged(reason: "its manifest cannot be read")
        }
        guard manifest.key == key else { return .damaged(reason: "its manifest is that of \(manifest.key)") }
        for file in manifest.ports.flatMap(\.files) {
            guard let status = (try? FileSystem.status(of: folder + "/" + file.path)) ?? nil else {
                return .damaged(reason: "the file '\(file.path)' is missing")
            }
            guard status.size == file.size else {
                return .damaged(reason: "the file '\(file.path)' has \(status.size) bytes instead of \(file.size)")
            }
        }
        return .present(StoredObject(folder: folder, manifest: manifest))
    }

    /// The keys of all objects, sorted, whole or not.
    public func keys() throws(FileSystemError) -> [Digest] {
        var keys: [Digest] = []
        for start in try FileSystem.list(path + "/objects") where FileSystem.isFolder(path + "/objects/" + start) {
            for rest in try FileSystem.list(path + "/objects/" + start) {
                if let key = Digest(hex: start + rest) { keys.append(key) }
            }
        }
        return keys
    }

    func folder(of key: Digest) -> String { "\(path)/objects/\(key.hex.prefix(2))/\(key.hex.dropFirst(2))" }

    // MARK: - Checkpoints

    /// The folder, perhaps not there yet, that the stage with this key keeps its checkpoints in.
    public func checkpointFolder(of key: Digest) -> String { "\(path)/checkpoints/\(key.hex)" }
}

/// An object in the store.
public struct StoredObject: Sendable {
    /// Absolute.
    public let folder: String
    public let manifest: ObjectManifest
}
