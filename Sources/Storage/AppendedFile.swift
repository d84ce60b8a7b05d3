import Glibc

/// A file that only grows, each piece in one write: lines of several processes never mix.
public final class AppendedFile: Sendable {
    public let path: String
    private let file: Int32

    /// - Parameter isEmptied: whether what was there before is dropped.
    public init(_ path: String, isEmptied: Bool = false) throws(FileSystemError) {
        self.path = path
        file = try FileSystem.call("open", path) {
            open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | (isEmptied ? O_TRUNC : 0), 0o644)
        }
    }

    public func append(_ text: String) throws(FileSystemError) { try append(Array(text.utf8)) }

    public func append(_ bytes: [UInt8]) throws(FileSystemError) { try FileSystem.write(bytes, to: file, path: path) }

    /// `nil` while it is empty.
    public func lastByte() throws(FileSystemError) -> UInt8? {
        guard let size = try FileSystem.status(of: path)?.size, size > 0 else { return nil }
        var byte: UInt8 = 0
        let count = try FileSystem.call("read", path) { pread(file, &byte, 1, size - 1) }
        return count == 1 ? byte : nil
    }

    deinit { FileSystem.close(file) }
}
