import Glibc

/// A new file that is written piece by piece and takes its place, in one step, when it is whole.
///
/// Readers see either what was there before or all of the new file. Used by one thread at a time.
public final class StreamedFile {
    private let path: String
    private let temporary: String
    private var file: Int32?
    private var isInPlace = false

    /// - Parameter path: the place it will take.
    public init(replacing path: String) throws(FileSystemError) {
        self.path = path
        // Of two processes that write the same file the last to finish wins.
        let temporary = Replacement.path(for: path)
        self.temporary = temporary
        file = try FileSystem.call("create", temporary) {
            open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        }
    }

    /// - Precondition: not yet finished.
    public func append(_ bytes: UnsafeRawBufferPointer) throws(FileSystemError) {
        let file = file!
        var written = 0
        while written < bytes.count {
            written += try FileSystem.call("write", temporary) {
                write(file, bytes.baseAddress! + written, bytes.count - written)
            }
        }
    }

    public func append(_ text: String) throws(FileSystemError) {
        let bytes = Array(text.utf8)
        do {
            try bytes.withUnsafeBytes { try append($0) }
        } catch {
            throw error as! FileSystemError
        }
    }

    /// Waits until the bytes are on the disk, then puts the file in its place.
    public func finish() throws(FileSystemError) {
        let file = file!
        try FileSystem.call("flush", temporary) { fsync(file) }
        self.file = nil
        try FileSystem.close(file, path: temporary)
        try FileSystem.rename(temporary, to: path)
        isInPlace = true
    }

    /// What was not finished is removed.
    deinit {
        if let file { FileSystem.close(file) }
        if !isInPlace { try? FileSystem.removeFile(temporary) }
    }
}
