import CLinux
import Glibc

extension FileSystem {
    /// Writes a whole file. `isDurable` waits until the bytes are on the disk.
    public static func write(_ bytes: [UInt8], to path: String, isDurable: Bool = false) throws(FileSystemError) {
        let file = try call("create", path) { open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644) }
        do throws(FileSystemError) {
            try write(bytes, to: file, path: path)
            if isDurable { try call("flush", path) { fsync(file) } }
        } catch {
            close(file)
            throw error
        }
        try close(file, path: path)
    }

    public static func write(_ text: String, to path: String, isDurable: Bool = false) throws(FileSystemError) {
        try write(Array(text.utf8), to: path, isDurable: isDurable)
    }

    /// Writes a file that was not there; of several who try, one succeeds.
    static func writeNew(_ text: String, to path: String) throws(FileSystemError) -> Status {
        let file = try call("create", path) { open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644) }
        var info = stat()
        do throws(FileSystemError) {
            try write(Array(text.utf8), to: file, path: path)
            try call("look at", path) { fstat(file, &info) }
        } catch {
            close(file)
            try? removeFile(path)
            throw error
        }
        try close(file, path: path)
        return Status(info)
    }

    /// Writes a file that readers see either in its old or its new state, never in between.
    public static func replace(_ path: String, with text: String, isDurable: Bool = false) throws(FileSystemError) {
        try replace(path, with: Array(text.utf8), isDurable: isDurable)
    }

    public static func replace(_ path: String, with bytes: [UInt8], isDurable: Bool = false) throws(FileSystemError) {
        let temporary = Replacement.path(for: path)
        do {
            try write(bytes, to: temporary, isDurable: isDurable)
            try rename(temporary, to: path)
        } catch {
            try? removeFile(temporary)
            throw error
        }
    }

    /// Moves a file that `write` makes beside `path` there, so that readers see the old or the new one and no part of it.
    public static func replace(_ path: String, writing write: (_ temporary: String) throws -> Void) throws {
        let temporary = Replacement.path(for: path)
        do {
            try write(temporary)
            try rename(temporary, to: path)
        } catch {
            try? removeFile(temporary)
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

    public static func copy(_ path: String, to target: String) throws(FileSystemError) {
        try write(try read(path), to: target)
    }

    // MARK: - Names

    public static func rename(_ path: String, to target: String) throws(FileSystemError) {
        try call("rename to '\(target)' the file", path) { Glibc.rename(path, target) }
    }

    /// Lets two files or folders change places, in one step.
    ///
    /// - Throws: also where one of them is missing, or the file system knows no such thing.
    static func exchange(_ path: String, with other: String) throws(FileSystemError) {
        try call("exchange with '\(other)' the file", path) { renameat2(AT_FDCWD, path, AT_FDCWD, other, 2) }
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

    // MARK: - The disk

    /// Makes files read-only and waits until their bytes are on the disk.
    ///
    /// All of them are on their way before the first is waited for: they then share one commit of the file system's
    /// journal, which is what takes the time.
    ///
    /// - Returns: their status.
    static func seal(_ paths: [String]) throws(FileSystemError) -> [Status] {
        var sealed: [Status] = []
        // More at once would run into the limit of open files.
        for start in stride(from: 0, to: paths.count, by: 64) {
            var open: [Int32] = []
            defer { for file in open { close(file) } }
            let group = paths[start..<min(start + 64, paths.count)]
            for path in group {
                let file = try call("open", path) { Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
                open.append(file)
                var info = stat()
                try call("make read-only", path) { fchmod(file, 0o444) }
                try call("look at", path) { fstat(file, &info) }
                sealed.append(Status(info))
                // A hint: where it does not work, the flush does all of it.
                _ = try? call("write out", path) { sync_file_range(file, 0, 0, 2) }
            }
            for (file, path) in zip(open, group) { try call("flush", path) { fsync(file) } }
        }
        return sealed
    }

    /// Sends a file's bytes on their way to the disk without waiting; a later ``flush(_:)`` then has less to wait for.
    public static func startFlushing(_ path: String) throws(FileSystemError) {
        let file = try call("open", path) { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        defer { close(file) }
        // A hint, not known to every file system.
        _ = try? call("write out", path) { sync_file_range(file, 0, 0, 2) }
    }

    /// Waits until a file's bytes, or a folder's names, are on the disk.
    public static func flush(_ path: String) throws(FileSystemError) {
        let file = try call("open", path) { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        defer { close(file) }
        try call("flush", path) { fsync(file) }
    }
}
