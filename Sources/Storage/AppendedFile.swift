import Glibc

/// A file that only grows, each piece in one write: lines of several processes never mix.
public final class AppendedFile: Sendable {
    public let path: String
    private let file: Int32

    /// - Parameter isEmptied: whether what was there before is dropped.
    public init(_ path: String, isEmptied: Bool = false) throws(FileSystemError) {
        self.path = path
        file = try FileSystem.call("open", path) {
            open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (isEmptied ? O_TRUNC : 0), 0o644)
        }
    }

    public func append(_ text: String) throws(FileSystemError) {
        try append(Array(text.utf8))
    }

    func append(_ bytes: [UInt8]) throws(FileSystemError) { try FileSystem.write(bytes, to: file, path: path) }

    deinit { FileSystem.close(file) }
}
