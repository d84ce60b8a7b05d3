import CLinux
import Glibc

/// The one door to the file system: every call of the store and the runner goes through here, so that interrupted calls
/// are retried, errors are typed, and faults can be injected in one place.
public enum FileSystem {
    // MARK: - Calls

    /// Makes a system call again while it is interrupted, and throws when it fails.
    @discardableResult
    static func call<Value: FixedWidthInteger>(
        _ operation: String, _ path: String, _ body: () -> Value
    ) throws(FileSystemError) -> Value {
        while true {
            let fault = FaultInjection.nextCall()
            let value = fault == nil ? body() : -1
            if value >= 0 { return value }
            let code = fault ?? errno
            if code != EINTR { throw FileSystemError(operation, path, code: code) }
        }
    }

    /// The same for a call that returns `nil` when it fails; `nil` without an error is its way to say that no more comes.
    static func call<Pointee>(
        _ operation: String, _ path: String, returning body: () -> Pointee?
    ) throws(FileSystemError) -> Pointee? {
        while true {
            let fault = FaultInjection.nextCall()
            errno = 0
            let value = fault == nil ? body() : nil
            if let value { return value }
            let code = fault ?? errno
            if code == 0 { return nil }
            if code != EINTR { throw FileSystemError(operation, path, code: code) }
        }
    }

    /// Gives a descriptor back. It is gone afterwards whatever is thrown, so that an interrupted call is not made again.
    ///
    /// - Throws: where bytes that were written turn out not to fit: some file systems tell only here.
    static func close(_ file: Int32, path: String) throws(FileSystemError) {
        let fault = FaultInjection.nextCall()
        let status = Glibc.close(file)
        let code = fault ?? (status == 0 ? 0 : errno)
        if code != 0 && code != EINTR { throw FileSystemError("close", path, code: code) }
    }

    /// Gives back a descriptor that nothing was written to.
    static func close(_ file: Int32) { try? close(file, path: "") }

    // MARK: - Looking

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

        init(_ info: stat) {
            size = Int(info.st_size)
            modified = info.st_mtim.tv_sec * 1_000_000_000 + info.st_mtim.tv_nsec
            inode = UInt64(info.st_ino)
            isFolder = info.st_mode & S_IFMT == S_IFDIR
            isLink = info.st_mode & S_IFMT == S_IFLNK
            isRegular = info.st_mode & S_IFMT == S_IFREG
        }
    }

    /// `nil` where nothing is there. Links are followed unless `followingLinks` is false.
    public static func status(of path: String, followingLinks: Bool = true) throws(FileSystemError) -> Status? {
        var info = stat()
        do {
            try call("look at", path) { followingLinks ? stat(path, &info) : lstat(path, &info) }
        } catch  where error.isMissing {
            return nil
        }
        return Status(info)
    }

    public static func exists(_ path: String) -> Bool { ((try? status(of: path)) ?? nil) != nil }

    public static func isFolder(_ path: String) -> Bool { ((try? status(of: path)) ?? nil)?.isFolder ?? false }

    /// Whether machines other than this one may write to the disk that a path is on; true also where that is not known.
    public static func isShared(_ path: String) -> Bool {
        var info = statfs()
        guard (try? call("look at", path) { statfs(path, &info) }) != nil else { return true }
        return !typesOfLocalDisks.contains(UInt32(truncatingIfNeeded: info.f_type))
    }

    /// statfs(2): ext2 to ext4, XFS, Btrfs, ZFS, F2FS, tmpfs, ramfs, overlayfs.
    private static let typesOfLocalDisks: Set<UInt32> = [
        0xEF53, 0x5846_5342, 0x9123_683E, 0x2FC1_2FC1, 0xF2F5_2010, 0x0102_1994, 0x8584_58F6, 0x794C_7630,
    ]

    /// What a symbolic link says; `nil` where there is none.
    public static func target(ofLink path: String) throws(FileSystemError) -> String? {
        var target = ""
        do {
            try call("read the link", path) {
                withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
                    let count = readlink(path, buffer.baseAddress!, buffer.count)
                    if count >= 0 { target = String(decoding: UnsafeRawBufferPointer(buffer)[..<count], as: UTF8.self) }
                    return count
                }
            }
            return target
        } catch  where error.isMissing || error.code == EINVAL {
            return nil
        }
    }

    /// The same place without links on the way.
    public static func realPath(_ path: String) throws(FileSystemError) -> String {
        guard let real = try call("find", path, returning: { realpath(path, nil) }) else {
            throw FileSystemError.missing(path)
        }
        defer { free(real) }
        return String(cString: real)
    }
}
