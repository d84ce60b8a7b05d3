import Glibc

/// A system call on a file that did not work. Prints as `cannot open 'a/b.h5': No such file or directory`.
public struct FileSystemError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was tried, as a verb.
    public var operation: String
    public var path: String
    /// The `errno` of the call, or ``specialCode``.
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

    /// A file cannot have a second name here: the file system has no such thing, or no more of it.
    var hasNoHardLinks: Bool { isUnsupported || code == EMLINK || code == EXDEV }

    static func cancelled(_ path: String) -> FileSystemError { FileSystemError("read", path, code: ECANCELED) }

    /// Nothing is wrong but that nobody waits for it any more.
    public var isCancelled: Bool { code == ECANCELED }

    /// The disk or the quota is full.
    public var isFull: Bool { code == ENOSPC || code == EDQUOT }

    /// What was asked for is a pipe, a socket or a device.
    public static func special(_ path: String) -> FileSystemError { FileSystemError("read", path, code: specialCode) }

    /// No `errno` has this number.
    private static let specialCode: Int32 = -1

    /// The user named something that is no file, or nothing.
    public var isWrongPath: Bool { isMissing || code == EISDIR || code == Self.specialCode }

    /// What the user can do about it.
    public var fix: String {
        switch code {
        case ENOENT, ENOTDIR, ENAMETOOLONG, ELOOP: "correct the path"
        case EISDIR, Self.specialCode: "give the path of a regular file"
        case EACCES, EPERM: "change the permissions, or choose another place"
        case EROFS: "choose a place that can be written"
        case ENOSPC, EDQUOT: "make room, or choose another disk; then run again"
        default: "see that the disk works, then run again"
        }
    }

    public var description: String { "cannot \(operation) '\(path)': \(reason)" }

    private var reason: String {
        code == Self.specialCode ? "it is a pipe, a socket or a device" : String(cString: strerror(code))
    }
}
