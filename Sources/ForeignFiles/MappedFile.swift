import Glibc

/// The bytes of a regular file, mapped into memory: opening costs no reading, and pages come when they are touched.
///
/// Bytes decompressed from a file, or made by a test, are a `MappedFile` too, so that every reader takes either.
/// Nothing here is writable. Whoever shortens a mapped file while it is read makes the kernel end the process; `read`
/// copies through the descriptor instead and throws, so it is the way to take the large parts.
public final class MappedFile: Sendable {
    public let path: String
    /// Which part of the file this is, `entry 'data.pkl'` for one that was decompressed; empty for all of it.
    public let part: String
    /// In bytes, when it was opened.
    public let count: Int
    // Memory that is never written after `init`.
    private nonisolated(unsafe) let base: UnsafeMutableRawPointer
    /// Negative for bytes that are in memory and in no file.
    private let descriptor: Int32

    /// Maps a file.
    /// - Throws: `ForeignFileError` when it cannot be read or is no regular file.
    public init(path: String) throws(ForeignFileError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.unreadable(path, String(cString: strerror(errno))) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw Self.unreadable(path, "it is no regular file")
        }
        count = Int(status.st_size)
        let length = max(count, 1)
        guard let base = mmap(nil, length, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw Self.unreadable(path, reason)
        }
        self.path = path
        self.base = base
        self.descriptor = descriptor
        part = ""
    }

    /// A copy of bytes, as if they were a file's.
    public convenience init(bytes: [UInt8], path: String, part: String = "") {
        self.init(count: bytes.count, path: path, part: part) { $0.copyBytes(from: bytes) }
    }

    /// Memory that `fill` writes completely.
    init<Failure: Error>(
        count: Int, path: String, part: String, _ fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        self.path = path
        self.part = part
        self.count = count
        base = .allocate(byteCount: max(count, 1), alignment: 64)
        descriptor = -1
        try fill(UnsafeMutableRawBufferPointer(start: base, count: count))
    }

    deinit {
        if descriptor < 0 {
            base.deallocate()
        } else {
            munmap(base, max(count, 1))
            close(descriptor)
        }
    }

    /// All of it.
    public var bytes: ForeignBytes { ForeignBytes(file: self, range: 0..<count) }

    /// Copies bytes that start at `offset`, as many as `target` takes, without making pages of the mapping resident.
    /// - Throws: `ForeignFileError` when the file has become shorter since it was opened, or its disk fails.
    public func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws(ForeignFileError) {
        precondition(offset >= 0 && target.count <= count - offset, "\(target.count) bytes at \(offset) of \(count)")
        guard descriptor >= 0 else {
            target.copyMemory(from: UnsafeRawBufferPointer(start: base + offset, count: target.count))
            return
        }
        var filled = 0
        while filled < target.count {
            let read = pread(descriptor, target.baseAddress! + filled, target.count - filled, offset + filled)
            if read < 0, errno == EINTR { continue }
            guard read > 0 else {
                throw Self.unreadable(
                    path, read == 0 ? "it became shorter while it was read" : String(cString: strerror(errno)))
            }
            filled += read
        }
    }

    /// Lends a part. The range must lie inside.
    func withUnsafeBytes<Result, Failure: Error>(
        _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "bytes \(range) of \(count)")
        defer { withExtendedLifetime(self) {} }
        return try body(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
    }

    private static func unreadable(_ path: String, _ reason: String) -> ForeignFileError {
        ForeignFileError(path: path, "cannot be read: \(reason)", fix: "check that it is a file and may be read")
    }
}
