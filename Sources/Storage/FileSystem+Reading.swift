import Glibc

extension FileSystem {
    public static func read(_ path: String) throws(FileSystemError) -> [UInt8] {
        let (file, size) = try openRegularFile(path)
        defer { close(file) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        try readChunks(of: file, size: size, path: path) { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// At most the first `count` bytes of a file.
    public static func readStart(of path: String, count: Int) throws(FileSystemError) -> [UInt8] {
        let file = try openRegularFile(path).file
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: count)
        let length = try call("read", path) {
            bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress!, count) }
        }
        return Array(bytes[..<length])
    }

    /// Hands over a file in pieces of at most 1 MB.
    ///
    /// - Parameter isCancelled: asked before each piece; the error says ``FileSystemError/isCancelled`` then.
    public static func readChunks(
        of path: String, isCancelled: () -> Bool = { false }, _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(FileSystemError) {
        let (file, size) = try openRegularFile(path)
        defer { close(file) }
        try readChunks(of: file, size: size, path: path, isCancelled: isCancelled, body)
    }

    private static func readChunks(
        of file: Int32, size: Int, path: String, isCancelled: () -> Bool = { false },
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(FileSystemError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: min(max(size + 1, 4096), 1 << 20), alignment: 64)
        defer { buffer.deallocate() }
        while true {
            if isCancelled() { throw .cancelled(path) }
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
}
