import Foundation

/// Reads a file, or its beginning, without trusting what it is.
enum FileBytes {
    /// The first `limit` bytes of a regular file, and how long it is.
    /// - Throws: `ImageError` when it is missing, forbidden, a folder, a pipe, or longer than any honest picture.
    static func read(_ path: String, upTo limit: Int = .max) throws(ImageError) -> (bytes: [UInt8], fileLength: Int) {
        func failure(_ problem: ImageError.Problem) -> ImageError { ImageError(source: path, problem: problem) }
        func systemFailure() -> ImageError { failure(.unreadable(String(cString: strerror(errno)))) }

        // A pipe without a writer would block the opening.
        let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { throw systemFailure() }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw systemFailure() }
        guard status.st_mode & S_IFMT == S_IFREG else { throw failure(.notARegularFile) }
        let length = Int(status.st_size)
        guard length <= ImageLimits.fileBytes else { throw failure(.fileTooLarge(bytes: length)) }

        let wanted = min(length, limit)
        var errorNumber: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
            while count < wanted {
                let got = Foundation.read(file, buffer.baseAddress! + count, wanted - count)
                if got < 0 { errorNumber = errno }
                if got <= 0 { break }
                count += got
            }
        }
        guard errorNumber == 0 else { throw failure(.unreadable(String(cString: strerror(errorNumber)))) }
        return (bytes, length)
    }
}
