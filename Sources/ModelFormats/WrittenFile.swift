import Glibc

/// A file being written from its start, whose failures come with the system's words.
final class WrittenFile {
    private let path: String
    private var file: Int32

    /// Makes the file, or empties it.
    init(_ path: String) throws(ModelFileError) {
        self.path = path
        file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard file >= 0 else { throw ModelFileError(writing: path, reason: String(cString: strerror(errno))) }
    }

    deinit { if file >= 0 { Glibc.close(file) } }

    /// A result and not a throw, so that it passes through closures that lend bytes.
    func append(_ bytes: UnsafeRawBufferPointer) -> Result<Void, ModelFileError> {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress!, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                return .failure(ModelFileError(writing: path, reason: String(cString: strerror(errno))))
            }
            rest = rest.dropFirst(count)
        }
        return .success(())
    }

    /// Some file systems tell only here that they are full.
    func close() throws(ModelFileError) {
        let status = Glibc.close(file)
        file = -1
        guard status == 0 else { throw ModelFileError(writing: path, reason: String(cString: strerror(errno))) }
    }
}
