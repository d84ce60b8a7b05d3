import JSONValues

/// An object that is being made. Its files go into `folder`; ``Store/publish(_:manifest:replacing:)`` ends it.
public struct ObjectBuilder: Sendable {
    public let key: Digest

    /// Absolute; what is in here when it is published is the object.
    public let folder: String

    /// The temporary folder around it.
    let container: String
}

extension Store {
    public func begin(_ key: Digest) throws(FileSystemError) -> ObjectBuilder {
        let container = try temporaryFolders.make()
        let folder = container + "/object"
        try FileSystem.makeFolder(folder)
        return ObjectBuilder(key: key, folder: folder, container: container)
    }

    /// Drops an object that is being made.
    public func discard(_ builder: ObjectBuilder) throws(FileSystemError) { try FileSystem.remove(builder.container) }

    /// Writes the manifest, brings everything to the disk, and renames the object into its place.
    ///
    /// Where another process was faster its object stays and this one is dropped: both are results of the same key.
    ///
    /// - Parameter replacing: whether an object that is there gives way.
    /// - Returns: the object that is in the place afterwards.
    public func publish(
        _ builder: ObjectBuilder, manifest: ObjectManifest, replacing: Bool = false
    ) throws(FileSystemError) -> StoredObject {
        precondition(manifest.key == builder.key, "manifest of \(manifest.key) for the object \(builder.key)")
        let manifestPath = builder.folder + "/" + ObjectManifest.fileName
        try FileSystem.write(manifest.json.prettyText + "\n", to: manifestPath)
        try seal(builder.folder)

        let place = folder(of: builder.key)
        let shelf = Paths.folder(of: place)
        if FileSystem.exists(shelf), !FileSystem.isFolder(shelf) { try setAside(shelf) }
        try FileSystem.makeFolder(shelf)
        if replacing || isDamaged(builder.key) { try setAside(builder.key) }
        while true {
            do {
                try FileSystem.rename(builder.folder, to: place)
                try FileSystem.flush(shelf)
                try FileSystem.remove(builder.container)
                return StoredObject(folder: place, manifest: manifest)
            } catch  where error.isTaken {
                if case .present(let object) = find(builder.key) {
                    try FileSystem.remove(builder.container)
                    return object
                }
                try setAside(builder.key)
            }
        }
    }

    /// Takes an object out of its place and removes it, so that at no moment half of it is there.
    public func setAside(_ key: Digest) throws(FileSystemError) { try setAside(folder(of: key)) }

    private func setAside(_ path: String) throws(FileSystemError) {
        let container = try temporaryFolders.make()
        do {
            try FileSystem.rename(path, to: container + "/object")
        } catch  where error.isMissing {
            // Nothing there.
        }
        try FileSystem.remove(container)
    }

    public func removeCheckpoints(of key: Digest) throws(FileSystemError) {
        try FileSystem.remove(checkpointFolder(of: key))
    }

    /// Removes what processes of this machine left when they were killed.
    public func removeLeftovers() throws(FileSystemError) { try temporaryFolders.removeLeftovers() }

    private func isDamaged(_ key: Digest) -> Bool {
        if case .damaged = find(key) { true } else { false }
    }

    /// Makes every file read-only and waits until files and folders are on the disk.
    private func seal(_ folder: String) throws(FileSystemError) {
        for name in try FileSystem.list(folder) {
            let path = folder + "/" + name
            if try FileSystem.status(of: path, followingLinks: false)?.isFolder == true {
                try seal(path)
            } else {
                try FileSystem.makeReadOnly(path)
                try FileSystem.flush(path)
            }
        }
        try FileSystem.flush(folder)
    }
}
