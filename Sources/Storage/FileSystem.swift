import Glibc

/// The one door to the file system: every call of the store and the runner goes through here, so that interrupted calls
/// are retried, errors are typed, and faults can be injected in one place.
public enum FileSystem {
    // MARK: - Reading

    public static func read(_ path: String) throws(FileSystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        try readChunks(of: path) { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// Hands over a file in pieces of at most 1 MB.
    public static func readChunks(
        of path: String, _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(FileSystemError) {
        let (file, size) = try openRegularFile(path)
        defer { close(file) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: min(max(size + 1, 4096), 1 << 20), alignment: 64)
        defer { buffer.deallocate() }
        while true {
            let count = try call("read", path) { Glibc.read(file, buffer.baseAddress!, buffer.count) }
            if count == 0 { return }
            body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// Opens a file for reading; never waits for the other end of a pipe, and refuses what has no end, as devices.
    private static func openRegularFile(_ path: String) throws(FileSystemError) -> (file: Int32, size: Int) {
        let file = try call("open", path) { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }
        var info = stat()
        do throws(FileSystemError) {
            try call("look at", path) { fstat(file, &info) }
            switch info.st_mode & S_IFMT {
            case S_IFREG: return (file, Int(info.st_size))
            case S_IFDIR: throw FileSystemError("read", path, code: EISDIR)
            default: throw FileSystemError.special(path)
            }
        } catch {
            close(file)
            throw error
        }
    }

    /// What is known about a file without opening it.
    public struct Status: Sendable, Hashable {
        public var size: Int
        /// Nanoseconds since 1970.
        public var modified: Int
        public var inode: UInt64
        public var isFolder: Bool
        public var isLink: Bool
        /// False also for pipes, sockets and devices, which cannot be read to an end.
        public var isRegular: Bool
    }

    /// `nil` where nothing is there. Links are followed unless `followingLinks` is false.
    public static func status(of path: String, followingLinks: Bool = true) throws(FileSystemError) -> Status? {
        var info = stat()
        do {
            try call("look at", path) { followingLinks ? stat(path, &info) : lstat(path, &info) }
        } catch  where error.isMissing {
            return nil
        }
        return Status(
            size: Int(info.st_size), modified: info.st_mtim.tv_sec * 1_000_000_000 + info.st_mtim.tv_nsec,
            inode: UInt64(info.st_ino), isFolder: info.st_mode & S_IFMT == S_IFDIR,
            isLink: info.st_mode & S_IFMT == S_IFLNK, isRegular: info.st_mode & S_IFMT == S_IFREG)
    }

    public static func exists(_ path: String) -> Bool { ((try? status(of: path)) ?? nil) != nil }

    public static func isFolder(_ path: String) -> Bool { ((try? status(of: path)) ?? nil)?.isFolder ?? false }

    /// The names in a folder, sorted; empty where there is no such folder.
    public static func list(_ path: String) throws(FileSystemError) -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOENT { return [] }
            throw FileSystemError("list", path, code: errno)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(folder) else {
                if errno != 0 { throw FileSystemError("list", path, code: errno) }
                return names.sorted()
            }
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
    }

    /// Every file below a folder as a relative path, sorted; folders themselves are left out, links are not followed.
    public static func listFiles(below path: String) throws(FileSystemError) -> [String] {
        var files: [String] = []
        var open = [""]
        while let folder = open.popLast() {
            for name in try list(path + "/" + folder) {
                let file = folder.isEmpty ? name : folder + "/" + name
                if try status(of: path + "/" + file, followingLinks: false)?.isFolder == true {
                    open.append(file)
                } else {
                    files.append(file)
                }
            }
        }
        return files.sorted()
    }

    /// What a symbolic link says; `nil` where there is none.
    public static func target(ofLink path: String) throws(FileSystemError) -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        do {
            let count = try call("read the link", path) {
                buffer.withUnsafeMutableBytes { readlink(path, $0.bindMemory(to: CChar.self).baseAddress!, $0.count) }
            }
            return String(decoding: buffer[..<count], as: UTF8.self)
        } catch  where error.isMissing || error.code == EINVAL {
            return nil
        }
    }

    /// The same place without links on the way.
    public static func realPath(_ path: String) throws(FileSystemError) -> String {
        guard let real = realpath(path, nil) else { throw FileSystemError("find", path, code: errno) }
        defer { free(real) }
        return String(cString: real)
    }

    // MARK: - Writing

    /// Writes a whole file. `isDurable` waits until the bytes are on the disk.
    public static func write(_ bytes: [UInt8], to path: String, isDurable: Bool = false) throws(FileSystemError) {
        let file = try call("create", path) { open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644) }
        var isClosed = false
        defer { if !isClosed { close(file) } }
        try write(bytes, to: file, path: path)
        if isDurable { try call("flush", path) { fsync(file) } }
        isClosed = true
        // Some file systems report a full disk only here; the descriptor is gone even when the call is interrupted.
        if close(file) != 0, errno != EINTR { throw FileSystemError("close", path, code: errno) }
    }

    public static func write(_ text: String, to path: String, isDurable: Bool = false) throws(FileSystemError) {
        try write(Array(text.utf8), to: path, isDurable: isDurable)
    }

    /// Writes a file that readers see either in its old or its new state, never in between.
    public static func replace(_ path: String, with text: String, isDurable: Bool = false) throws(FileSystemError) {
        let temporary = "\(path).\(getpid()).new"
        do {
            try write(text, to: temporary, isDurable: isDurable)
            try rename(temporary, to: path)
        } catch {
            _ = unlink(temporary)
            throw error
        }
    }

    static func write(_ bytes: [UInt8], to file: Int32, path: String) throws(FileSystemError) {
        var written = 0
        while written < bytes.count {
            written += try call("write", path) {
                bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress! + written, $0.count - written) }
            }
        }
    }

    /// Makes a folder and those above it; content with one that is there.
    public static func makeFolder(_ path: String) throws(FileSystemError) {
        do {
            try call("make the folder", path) { mkdir(path, 0o755) }
        } catch  where error.code == EEXIST {
            if !isFolder(path) { throw FileSystemError("make the folder", path, code: ENOTDIR) }
        } catch  where error.code == ENOENT {
            guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { throw error }
            try makeFolder(String(path[..<slash]))
            do {
                try call("make the folder", path) { mkdir(path, 0o755) }
            } catch  where error.code == EEXIST {
                // Somebody else was faster.
            }
        }
    }

    public static func rename(_ path: String, to target: String) throws(FileSystemError) {
        try call("rename to '\(target)' the file", path) { Glibc.rename(path, target) }
    }

    public static func makeLink(_ path: String, to target: String) throws(FileSystemError) {
        try call("make the link", path) { symlink(target, path) }
    }

    /// Gives a file a second name; of several who try, one succeeds.
    static func makeHardLink(_ path: String, to file: String) throws(FileSystemError) {
        try call("make", path) { link(file, path) }
    }

    /// Sets the time of change to now, by the clock of the file system.
    static func touch(_ path: String) throws(FileSystemError) {
        try call("touch", path) { utimensat(AT_FDCWD, path, nil, 0) }
    }

    public static func makeReadOnly(_ path: String) throws(FileSystemError) {
        try call("make read-only", path) { chmod(path, 0o444) }
    }

    /// Waits until a file's bytes, or a folder's names, are on the disk.
    public static func flush(_ path: String) throws(FileSystemError) {
        let file = try call("open", path) { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        defer { close(file) }
        try call("flush", path) { fsync(file) }
    }

    public static func copy(_ path: String, to target: String) throws(FileSystemError) {
        try write(try read(path), to: target)
    }

    /// Removes a file, a link or a folder with everything in it; content where nothing is there.
    public static func remove(_ path: String) throws(FileSystemError) {
        guard let status = try status(of: path, followingLinks: false) else { return }
        if status.isFolder {
            for name in try list(path) { try remove(path + "/" + name) }
        }
        do {
            try call("remove", path) { status.isFolder ? rmdir(path) : unlink(path) }
        } catch  where error.isMissing {
            // Somebody else was faster.
        }
    }

    // MARK: - Calls

    /// Makes a system call again while it is interrupted, and throws when it fails.
    @discardableResult
    static func call<Value: FixedWidthInteger>(
        _ operation: String, _ path: String, _ body: () -> Value
    ) throws(FileSystemError) -> Value {
        while true {
            let value = body()
            if value >= 0 { return value }
            let code = errno
            if code != EINTR { throw FileSystemError(operation, path, code: code) }
        }
    }
}
