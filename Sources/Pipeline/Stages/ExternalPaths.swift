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
        var paths: [Digest: [String]] = [:]
        /// What artifacts read, by the artifact's content.
        var readers: [Digest: Set<String>] = [:]
    }

    private let tables = Mutex(Tables())

    /// - Throws: ``StageError`` where the file had other content when it was first looked at.
    func add(_ path: String, status: FileSystem.Status, digest: Digest) throws {
        let isSame = tables.withLock { tables in
            if let entry = tables.entries[path] { return entry.digest == digest }
            tables.entries[path] = Entry(digest: digest, status: status)
            tables.paths[digest, default: []].append(path)
            return true
        }
        if !isSame { throw Self.changed(path) }
    }

    private static func changed(_ path: String) -> StageError {
        StageError("'\(path)' has changed while the pipeline ran", fix: "run it again")
    }

    func digest(of path: String) -> Digest? { tables.withLock { $0.entries[path]?.digest } }

    /// Of several files with the same content, the first that is as it was.
    ///
    /// - Parameter artifact: the content of the artifact that reads it; it is watched for those who take that.
    func path(of digest: Digest, for artifact: Digest? = nil) throws -> String {
        guard let paths = tables.withLock({ $0.paths[digest] }) else {
            throw StageError(
                "no stage of this pipeline names a file with the SHA-256 \(digest)",
                fix: "let the stage that reads the file be part of the same pipeline")
        }
        let path = paths.first { (try? requireUnchanged($0)) != nil } ?? paths[0]
        try requireUnchanged(path)
        if let artifact { tables.withLock { _ = $0.readers[artifact, default: []].insert(path) } }
        return path
    }

    /// - Throws: ``StageError`` where a file that an artifact reads is no longer what it was.
    func requireUnchanged(readBy artifact: Digest) throws {
        for path in tables.withLock({ $0.readers[artifact] }) ?? [] { try requireUnchanged(path) }
    }

    /// - Throws: ``StageError`` where a file is no longer what it was when its digest was taken.
    func requireUnchanged(_ path: String) throws {
        guard let entry = tables.withLock({ $0.entries[path] }) else { return }
        guard try FileSystem.status(of: path) == entry.status else {
            throw Self.changed(path)
        }
    }
}
