import Glibc

/// A system call on a file that did not work. Prints as `cannot open 'a/b.h5': No such file or directory`.
public struct FileSystemError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was tried, as a verb.
    public var operation: String
    public var path: String
    /// The `errno` of the call.
    public var code: Int32

    public init(_ operation: String, _ path: String, code: Int32) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    public static func missing(_ path: String) -> FileSystemError { FileSystemError("find", path, code: ENOENT) }

    public var isMissing: Bool { code == ENOENT || code == ENOTDIR }

    /// The place of a rename is taken by another folder.
    public var isTaken: Bool { code == ENOTEMPTY || code == EEXIST }

    /// The file system has no such thing, symbolic links for example.
    public var isUnsupported: Bool { code == EPERM || code == EOPNOTSUPP || code == ENOSYS }

    /// The disk or the quota is full.
    public var isFull: Bool { code == ENOSPC || code == EDQUOT }

    public var description: String { "cannot \(operation) '\(path)': \(String(cString: strerror(code)))" }
}
