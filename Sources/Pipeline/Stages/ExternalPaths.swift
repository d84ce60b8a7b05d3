import Storage
import Synchronization

/// Where the external files of a plan are today, by the digest of their content.
final class ExternalPaths: Sendable {
    struct Entry: Sendable {
        var path: String
        /// As it was when the digest was taken.
        var status: FileSystem.Status
    }

    private struct Tables: Sendable {
        var entries: [Digest: Entry] = [:]
        var digests: [String: Digest] = [:]
    }

    private let tables = Mutex(Tables())

    func add(_ path: String, status: FileSystem.Status, digest: Digest) {
        tables.withLock { tables in
            tables.digests[path] = digest
            if tables.entries[digest] == nil { tables.entries[digest] = Entry(path: path, status: status) }
        }
    }

    func digest(of path: String) -> Digest? { tables.withLock { $0.digests[path] } }

    func path(of digest: Digest) throws -> String {
        guard let entry = tables.withLock({ $0.entries[digest] }) else {
            throw StageError(
                "no stage of this pipeline names a file with the SHA-256 \(digest)",
                fix: "let the stage that reads the file be part of the same pipeline")
        }
        guard try FileSystem.status(of: entry.path) == entry.status else {
            throw StageError("'\(entry.path)' has changed while the pipeline ran", fix: "run it again")
        }
        return entry.path
    }
}
