import Glibc
import Synchronization

extension Store {
    /// The digest of an external file and the status it had when it was taken.
    ///
    /// It is remembered in the store and taken again when size, time of change or inode differ, or `rehashing` is set.
    /// A file that changed less than two seconds ago is not remembered: it could change again within the resolution of
    /// its time stamp.
    public func digest(
        ofExternalFile file: String, rehashing: Bool = false, isCancelled: () -> Bool = { false }
    ) throws(StoreError) -> (digest: Digest, status: FileSystem.Status) {
        do throws(FileSystemError) {
            for _ in 0..<3 {
                guard let status = try FileSystem.status(of: file) else { throw .missing(file) }
                if !rehashing, let digest = rememberedDigests.digest(of: file, status: status) { return (digest, status) }
                let digest = try Digest.ofFile(file, isCancelled: isCancelled)
                // Whatever was written meanwhile may or may not be in the digest.
                guard try FileSystem.status(of: file) == status else { continue }
                rememberedDigests.remember(digest, of: file, status: status)
                return (digest, status)
            }
        } catch {
            throw .fileSystem(error)
        }
        throw .unstable(path: file)
    }
}

/// Digests of files outside the store, by path; read as a whole when the first is asked for.
final class RememberedDigests: Sendable {
    private struct Entry {
        var size: Int
        var modified: Int
        var inode: UInt64
        var digest: Digest

        func fits(_ status: FileSystem.Status) -> Bool {
            size == status.size && modified == status.modified && inode == status.inode
        }
    }

    private let journal: Journal
    private let table = Mutex<[String: Entry]?>(nil)

    init(folder: String) { journal = Journal(folder: folder) }

    func digest(of file: String, status: FileSystem.Status) -> Digest? {
        withEntries { $0[file].flatMap { $0.fits(status) ? $0.digest : nil } }
    }

    func remember(_ digest: Digest, of file: String, status: FileSystem.Status) {
        guard MachineFacts.now - status.modified > 2_000_000_000 else { return }
        let entry = Entry(size: status.size, modified: status.modified, inode: status.inode, digest: digest)
        withEntries { $0[file] = entry }
        journal.append([Self.record(file, entry)])
    }

    var count: Int { withEntries { $0.count } }

    /// Forgets files that are gone or have changed.
    ///
    /// - Returns: how many were forgotten, or would be.
    func forgetOutdated(isRehearsal: Bool) -> Int {
        let entries = withEntries { $0 }
        let current = entries.filter { file, entry in
            ((try? FileSystem.status(of: file)) ?? nil).map(entry.fits) ?? false
        }
        guard !isRehearsal, current.count < entries.count else { return entries.count - current.count }
        withEntries { $0 = current }
        journal.compact { current.sorted { $0.key < $1.key }.map { Self.record($0.key, $0.value) } }
        return entries.count - current.count
    }

    private func withEntries<Value: Sendable>(_ body: (inout [String: Entry]) -> Value) -> Value {
        table.withLock { table in
            var entries = table ?? Self.read(journal)
            table = nil
            defer { table = entries }
            return body(&entries)
        }
    }

    // MARK: - Records

    private static func read(_ journal: Journal) -> [String: Entry] {
        var entries: [String: Entry] = [:]
        for record in journal.records() {
            var reader = RecordReader(record)
            guard let file = reader.text(), let size = reader.integer(Int.self),
                let modified = reader.integer(Int.self), let inode = reader.integer(UInt64.self),
                let digest = reader.digest()
            else { continue }
            entries[file] = Entry(size: size, modified: modified, inode: inode, digest: digest)
        }
        return entries
    }

    private static func record(_ file: String, _ entry: Entry) -> [UInt8] {
        var record: [UInt8] = []
        record.append(text: file)
        record.append(integer: entry.size)
        record.append(integer: entry.modified)
        record.append(integer: entry.inode)
        record.append(digest: entry.digest)
        return record
    }

}
