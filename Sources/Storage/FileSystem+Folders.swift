import Glibc

extension FileSystem {
    /// The names in a folder, sorted; empty where there is no such folder.
    public static func list(_ path: String) throws(FileSystemError) -> [String] { try entries(of: path).map(\.name) }

    /// Every file below a folder as a relative path, sorted; folders themselves are left out, links are not followed.
    public static func listFiles(below path: String) throws(FileSystemError) -> [String] {
        var files: [String] = []
        var open = [""]
        while let folder = open.popLast() {
            for entry in try entries(of: path + "/" + folder) {
                let file = folder.isEmpty ? entry.name : folder + "/" + entry.name
                if entry.isFolder { open.append(file) } else { files.append(file) }
            }
        }
        return files.sorted()
    }

    /// What is in a folder, sorted by name; empty where there is no such folder. Links are not followed.
    static func entries(of path: String) throws(FileSystemError) -> [(name: String, isFolder: Bool)] {
        let folder: OpaquePointer?
        do {
            folder = try call("list", path, returning: { opendir(path) })
        } catch  where error.code == ENOENT {
            return []
        }
        guard let folder else { return [] }
        defer {
            _ = FaultInjection.nextCall()
            closedir(folder)
        }
        var entries: [(name: String, isFolder: Bool)] = []
        while let entry = try call("list", path, returning: { readdir(folder) }) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." { continue }
            // Some file systems leave it to the caller to look what an entry is.
            let isFolder =
                Int(entry.pointee.d_type) == DT_UNKNOWN
                ? try status(of: path + "/" + name, followingLinks: false)?.isFolder == true
                : Int(entry.pointee.d_type) == DT_DIR
            entries.append((name, isFolder))
        }
        return entries.sorted { $0.name < $1.name }
    }

    /// Makes a folder; content with one that is there.
    ///
    /// - Parameter makingParents: whether those above it are made too.
    public static func makeFolder(_ path: String, makingParents: Bool = true) throws(FileSystemError) {
        do {
            try call("make the folder", path) { mkdir(path, 0o755) }
        } catch  where error.code == EEXIST {
            if try status(of: path)?.isFolder != true { throw FileSystemError("make the folder", path, code: ENOTDIR) }
        } catch  where error.code == ENOENT {
            guard makingParents, let slash = path.lastIndex(of: "/"), slash > path.startIndex else { throw error }
            try makeFolder(String(path[..<slash]))
            do {
                try call("make the folder", path) { mkdir(path, 0o755) }
            } catch  where error.code == EEXIST {
                // Somebody else was faster.
            }
        }
    }

    /// Makes a folder that was not there; whether it did.
    static func makeNewFolder(_ path: String) throws(FileSystemError) -> Bool {
        do {
            try call("make the folder", path) { mkdir(path, 0o755) }
            return true
        } catch  where error.code == EEXIST {
            return false
        }
    }

    /// Removes a file, a link or a folder with everything in it; content where nothing is there. Folders that their owner
    /// made read-only are made writable first.
    public static func remove(_ path: String) throws(FileSystemError) {
        guard let status = try status(of: path, followingLinks: false) else { return }
        if status.isFolder { try removeFolder(path) } else { try removeFile(path) }
    }

    private static func removeFolder(_ path: String) throws(FileSystemError) {
        do {
            try removeContents(of: path)
        } catch  where error.code == EACCES {
            try call("make writable", path) { chmod(path, 0o700) }
            try removeContents(of: path)
        }
        do {
            try call("remove", path) { rmdir(path) }
        } catch  where error.isMissing {
            // Somebody else was faster.
        }
    }

    /// Removes a folder with nothing in it; whether it is gone.
    public static func removeEmptyFolder(_ path: String) throws(FileSystemError) -> Bool {
        do {
            try call("remove", path) { rmdir(path) }
        } catch  where error.isTaken {
            return false
        } catch  where error.isMissing {
            // Somebody else was faster.
        }
        return true
    }

    private static func removeContents(of path: String) throws(FileSystemError) {
        for entry in try entries(of: path) {
            let inner = path + "/" + entry.name
            if entry.isFolder { try removeFolder(inner) } else { try removeFile(inner) }
        }
    }

    /// Removes a file or a link; content where nothing is there.
    static func removeFile(_ path: String) throws(FileSystemError) {
        do {
            try call("remove", path) { unlink(path) }
        } catch  where error.isMissing {
            // Somebody else was faster.
        }
    }
}
