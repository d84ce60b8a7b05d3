import Glibc

/// A file in memory, for parsers that open files themselves. The next one of its name replaces it.
struct ScratchFile {
    let path: String

    /// One for each process.
    private static let folder = "/dev/shm/convscope-fuzz-\(getpid())"

    init(_ name: String, _ contents: [UInt8]) {
        mkdir(Self.folder, 0o700)
        path = "\(Self.folder)/\(name)"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        precondition(descriptor >= 0 && write(descriptor, contents, contents.count) == contents.count, path)
        close(descriptor)
    }

    var folder: String { Self.folder }
}
