import Glibc
import JSONValues

extension Store {
    /// The digest of an external file and the status it had when it was taken.
    ///
    /// It is remembered in the store and taken again when size, time of change or inode differ, or `rehashing` is set.
    /// A file that changed less than two seconds ago is not remembered: it could change again within the resolution of
    /// its time stamp.
    public func digest(
        ofExternalFile file: String, rehashing: Bool = false
    ) throws(StoreError) -> (digest: Digest, status: FileSystem.Status) {
        do throws(FileSystemError) {
            for _ in 0..<3 {
                guard let status = try FileSystem.status(of: file) else { throw .missing(file) }
                if !rehashing, let digest = remembered(file, status: status) { return (digest, status) }
                let digest = try Digest.ofFile(file)
                // Whatever was written meanwhile may or may not be in the digest.
                guard try FileSystem.status(of: file) == status else { continue }
                try remember(digest, of: file, status: status)
                return (digest, status)
            }
        } catch {
            throw .fileSystem(error)
        }
        throw .unstable(path: file)
    }

    private func note(of file: String) -> String {
        let name = Digest(of: file).hex
        return "\(path)/files/\(name.prefix(2))/\(name.dropFirst(2)).json"
    }

    private func remembered(_ file: String, status: FileSystem.Status) -> Digest? {
        guard let bytes = try? FileSystem.read(note(of: file)), let json = try? JSONDocument(parsing: bytes).root,
            json["path"]?.string == file, json["size"]?.int == status.size, json["modified"]?.int == status.modified,
            json["inode"]?.string == String(status.inode)
        else { return nil }
        return Digest(json["digest"])
    }

    private func remember(_ digest: Digest, of file: String, status: FileSystem.Status) throws(FileSystemError) {
        guard Self.now - status.modified > 2_000_000_000 else { return }
        let json: JSONValue = [
            "path": .string(file), "size": .integer(status.size), "modified": .integer(status.modified),
            "inode": .string(String(status.inode)), "digest": .string(digest.hex),
        ]
        let note = note(of: file)
        try FileSystem.makeFolder(Paths.folder(of: note))
        try FileSystem.replace(note, with: json.compactText + "\n")
    }

    /// Nanoseconds since 1970.
    private static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
