/// An object in the store.
public struct StoredObject: Sendable {
    /// Absolute.
    public let folder: String
    public let manifest: ObjectManifest

    /// How each file of the manifest was when it was last looked at, in the manifest's order.
    public let stamps: [FileStamp]

    /// Whether every file is as it was when it was last looked at.
    public var isUnchanged: Bool { isUnchanged { try FileSystem.status(of: folder + "/" + $0) } }

    /// The same where a folder above its own is open.
    ///
    /// - Parameter way: from that folder to its own.
    func isUnchanged(in above: OpenFolder, way: Substring) -> Bool {
        isUnchanged { try above.status(of: way + "/" + $0) }
    }

    private func isUnchanged(_ status: (_ file: String) throws -> FileSystem.Status?) -> Bool {
        var stamps = stamps[...]
        for port in manifest.ports {
            for file in port.files {
                guard let found = (try? status(file.path)) ?? nil, FileStamp(found) == stamps.popFirst() else {
                    return false
                }
            }
        }
        return true
    }
}

/// What tells, without reading, that a file is still the same.
public struct FileStamp: Sendable, Hashable {
    var size: Int
    /// Nanoseconds since 1970.
    var modified: Int
    var inode: UInt64

    init(_ status: FileSystem.Status) { (size, modified, inode) = (status.size, status.modified, status.inode) }

    init?(_ reader: inout RecordReader) {
        guard let size: Int = reader.integer(), let modified: Int = reader.integer(),
            let inode: UInt64 = reader.integer()
        else { return nil }
        (self.size, self.modified, self.inode) = (size, modified, inode)
    }
}

/// A file of an object that is not what the manifest says.
public struct ObjectDamage: Error, Sendable, Hashable, CustomStringConvertible {
    /// Relative to the object's folder.
    public let file: String

    /// What differs: `is missing`, `has 4 bytes instead of 5`, `has other bytes than when it was made`.
    public let what: String

    public var description: String { "the file '\(file)' \(what)" }
}

extension StoredObject {
    /// Reads the files of one output, or of all, and compares their bytes with what they were when the object was made.
    ///
    /// - Parameter isCancelled: asked all the time; once it says so, what is not read yet counts as damaged.
    /// - Throws: the first ``ObjectDamage``.
    /// - Complexity: O(bytes).
    public func verify(port name: String? = nil, isCancelled: () -> Bool = { false }) throws(ObjectDamage) {
        for port in manifest.ports where name == nil || port.name == name {
            for file in port.files { try verify(file, isCancelled) }
        }
    }

    private func verify(_ file: ObjectManifest.File, _ isCancelled: () -> Bool) throws(ObjectDamage) {
        var size = 0
        var builder = DigestBuilder()
        do {
            try FileSystem.readChunks(of: folder + "/" + file.path, isCancelled: isCancelled) {
                size += $0.count
                builder.update($0)
            }
        } catch {
            throw ObjectDamage(file: file.path, what: error.isMissing ? "is missing" : "cannot be read: \(error)")
        }
        if size != file.size {
            throw ObjectDamage(file: file.path, what: "has \(size) bytes instead of \(file.size)")
        }
        if builder.digest != file.byteDigest {
            throw ObjectDamage(file: file.path, what: "has other bytes than when it was made")
        }
    }
}
