/// What is wrong with a file of weights or a network.
public struct ModelFileError: Error, Equatable, Sendable, CustomStringConvertible {
    public let path: String
    /// What is wrong with the file.
    public let what: String
    /// How to mend it.
    public let fix: String
    /// Whether the file could not be written, as on a full disk: then no input is at fault.
    public let isOfWriting: Bool

    /// Of a file that cannot be read.
    public init(path: String, _ what: String, fix: String) {
        self.path = path
        self.what = what
        self.fix = fix
        isOfWriting = false
    }

    /// Of a file that cannot be written; `reason` is the system's.
    public init(writing path: String, reason: String) {
        self.path = path
        what = "cannot be written: \(reason)"
        fix = "make room on the disk, and check the folder and its permissions"
        isOfWriting = true
    }

    public var description: String { "\(path): \(what)\n  fix: \(fix)" }
}
