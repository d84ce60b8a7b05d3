import Glibc

/// A folder that is kept open: the way to it is gone once, however many files below it are looked at.
///
/// It stays the same folder where somebody moves it meanwhile.
public final class OpenFolder: Sendable {
    private let path: String
    private let folder: Int32

    /// - Throws: also where nothing, or no folder, is there.
    public init(_ path: String) throws(FileSystemError) {
        self.path = path
        folder = try FileSystem.call("open", path) { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    }

    /// `nil` where nothing is there. Links are followed.
    ///
    /// - Parameter name: a path relative to the folder.
    func status(of name: String) throws(FileSystemError) -> FileSystem.Status? {
        var info = stat()
        do {
            try FileSystem.call("look at", name) { fstatat(folder, name, &info, 0) }
        } catch  where error.isMissing {
            return nil
        }
        return FileSystem.Status(info)
    }

    /// Whether a symbolic link is there and says this.
    ///
    /// - Parameter name: a path relative to the folder.
    public func holdsLink(_ name: String, to target: String) -> Bool {
        let size = target.utf8.count
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: size + 1) { buffer in
            let count = try? FileSystem.call("read the link", name) {
                readlinkat(folder, name, buffer.baseAddress!, buffer.count)
            }
            guard count == size else { return false }
            return target.utf8.elementsEqual(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<size]))
        }
    }

    deinit { FileSystem.close(folder) }
}
