import ForeignFiles
import Glibc

/// A regular file open for reading. Closed when the last reference goes.
final class FileReader: Sendable {
    let path: String
    private let descriptor: Int32

    /// In bytes, when it was opened.
    let size: Int

    init(path: String) throws(DatasetError) {
        self.path = path
        let opened = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard opened >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
        var status = stat()
        guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(opened)
            throw .unreadable(path: path, reason: "it is no regular file")
        }
        descriptor = opened
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Reads until the buffer is full or the file ends; returns the number of bytes.
    func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws(DatasetError) -> Int {
        var filled = 0
        while filled < target.count {
            let count = pread(descriptor, target.baseAddress! + filled, target.count - filled, offset + filled)
            if count < 0 {
                if errno == EINTR { continue }
                throw .unreadable(path: path, reason: String(cString: strerror(errno)))
            }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    /// Bytes of a part of the file, fewer where the file ends early. Allocates no more than the file has.
    func bytes(_ range: Range<Int>) throws(DatasetError) -> [UInt8] {
        let count = max(0, min(range.upperBound, size) - range.lowerBound)
        var bytes = [UInt8](repeating: 0, count: count)
        let result = bytes.withUnsafeMutableBytes { buffer -> Result<Int, DatasetError> in
            do throws(DatasetError) { return .success(try read(at: range.lowerBound, into: buffer)) } catch {
                return .failure(error)
            }
        }
        bytes.removeLast(count - (try result.get()))
        return bytes
    }

    /// The whole file as text.
    func text() throws(DatasetError) -> String {
        guard let text = String(validating: try bytes(0..<size), as: UTF8.self) else {
            throw .foreign(.init(path: path, "is no text in UTF-8", fix: "save it as text, in UTF-8"))
        }
        return text
    }
}
