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

    /// Whether somebody has put another file in its place, or removed it.
    func isReplaced() throws(FileSystemError) -> Bool { try FileSystem.status(of: path)?.inode != status().inode }

    /// Sets its time of change to now, and says when that is by the clock of the file system.
    func touch() throws(FileSystemError) -> Int {
        try FileSystem.call("touch", path) { futimens(file, nil) }
        return try status().modified
    }

    private func status() throws(FileSystemError) -> FileSystem.Status {
        var info = stat()
        try FileSystem.call("look at", path) { fstat(file, &info) }
        return FileSystem.Status(info)
    }

    deinit { FileSystem.close(file) }
}

/// A file that others append to, also when it has lost its name. While it is open no other file has its inode.
final class GrowingFile {
    private let path: String
    private let file: Int32

    let inode: UInt64
    /// Bytes that it had when it was opened.
    let size: Int

    init(_ path: String) throws(FileSystemError) {
        self.path = path
        let file = try FileSystem.call("open", path) { open(path, O_RDONLY | O_CLOEXEC) }
        self.file = file
        var info = stat()
        do {
            try FileSystem.call("look at", path) { fstat(file, &info) }
        } catch {
            FileSystem.close(file)
            throw error
        }
        (inode, size) = (UInt64(info.st_ino), Int(info.st_size))
    }

    /// What is in it from a place on, at this moment.
    func bytes(from start: Int) throws(FileSystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let offset = start + bytes.count
            let count = try FileSystem.call("read", path) {
                buffer.withUnsafeMutableBytes { pread(file, $0.baseAddress!, $0.count, offset) }
            }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    deinit { FileSystem.close(file) }
}
