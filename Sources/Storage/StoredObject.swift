/// An object in the store.
public struct StoredObject: Sendable {
    /// Absolute.
    public let folder: String
    public let manifest: ObjectManifest
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
    /// - Throws: the first ``ObjectDamage``.
    /// - Complexity: O(bytes).
    public func verify(port name: String? = nil) throws(ObjectDamage) {
        for port in manifest.ports where name == nil || port.name == name {
            for file in port.files { try verify(file) }
        }
    }

    private func verify(_ file: ObjectManifest.File) throws(ObjectDamage) {
        var size = 0
        var builder = DigestBuilder()
        do {
            try FileSystem.readChunks(of: folder + "/" + file.path) {
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
