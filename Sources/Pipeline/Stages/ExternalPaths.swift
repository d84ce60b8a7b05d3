import Storage
import Synchronization

/// Where the external files of a plan are today, by the digest of their content.
final class ExternalPaths: Sendable {
    private struct Entry: Sendable {
        var digest: Digest
        /// As it was when the digest was taken.
        var status: FileSystem.Status
    }

    private struct Tables: Sendable {
        var entries: [String: Entry] = [:]
        /// Of several files with the same content, the first.
        var paths: [Digest: String] = [:]
    }

    private let tables = Mutex(Tables())

    func add(_ path: String, status: FileSystem.Status, digest: Digest) {
        tables.withLock { tables in
            tables.entries[path] = Entry(digest: digest, status: status)
            if tables.paths[digest] == nil { tables.paths[digest] = path }
        }
    }

    func digest(of path: String) -> Digest? { tables.withLock { $0.entries[path]?.digest } }

    func path(of digest: Digest) throws -> String {
        guard let path = tables.withLock({ $0.paths[digest] }) else {
            throw StageError(
                "no stage of this pipeline names a file with the SHA-256 \(digest)",
                fix: "let the stage that reads the file be part of the same pipeline")
        }
        try requireUnchanged(path)
        return path
    }

    /// - Throws: ``StageError`` where a file is no longer what it was when its digest was taken.
    func requireUnchanged(_ path: String) throws {
        guard let entry = tables.withLock({ $0.entries[path] }) else { return }
        guard try FileSystem.status(of: path) == entry.status else {
            throw StageError("'\(path)' has changed while the pipeline ran", fix: "run it again")
        }
    }
}
