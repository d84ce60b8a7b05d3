import Glibc

/// An object that is being made. Its files go into `folder`; ``Store/publish(_:manifest:replacing:)`` ends it.
public struct ObjectBuilder: Sendable {
    public let key: Digest

    /// Absolute; what is in here when it is published is the object.
    public let folder: String
}

extension Store {
    public func begin(_ key: Digest) throws(FileSystemError) -> ObjectBuilder {
        try requireInPlace()
        let folder = try session().newPath()
        try FileSystem.makeFolder(folder)
        return ObjectBuilder(key: key, folder: folder)
    }

    /// Drops an object that is being made.
    public func discard(_ builder: ObjectBuilder) throws(FileSystemError) { try FileSystem.remove(builder.folder) }

    /// Writes the manifest, brings every file to the disk, and renames the object into its place.
    ///
    /// The folders are not waited for: a power failure that loses their entries leaves an object that is not there, or
    /// that is recognised as damaged, and is made again.
    ///
    /// Where another process was faster its object stays and this one is dropped: both are results of the same key.
    ///
    /// - Parameters:
    ///   - manifest: names every file in the builder's folder.
    ///   - replacing: whether an object that is there gives way.
    /// - Returns: the object that is in the place afterwards.
    public func publish(
        _ builder: ObjectBuilder, manifest: ObjectManifest, replacing: Bool = false
    ) throws(FileSystemError) -> StoredObject {
        precondition(manifest.key == builder.key, "manifest of \(manifest.key) for the object \(builder.key)")
        let manifestPath = builder.folder + "/" + ObjectManifest.fileName
        try FileSystem.write(manifest.text, to: manifestPath)
        let files = try FileSystem.seal(manifest.files.map { builder.folder + "/" + $0.path } + [manifestPath])

        let place = folder(of: builder.key)
        func published() -> StoredObject {
            let stamps = files.dropLast().map { FileStamp($0) }
            let object = StoredObject(folder: place, manifest: manifest, stamps: stamps)
            index.add(object)
            return object
        }
        for _ in 0..<Self.attempts {
            do {
                try FileSystem.rename(builder.folder, to: place)
                return published()
            } catch  where error.isTaken {
                if !replacing, case .present(let object) = find(builder.key) {
                    try discard(builder)
                    return object
                }
                // In one step, so that at every moment one of the two is there.
                if (try? FileSystem.exchange(builder.folder, with: place)) != nil {
                    // Where this one was made is now the former one.
                    try? discard(builder)
                    return published()
                }
                try clear(place)
            } catch  where error.isMissing {
                try clear(place)
            }
        }
        throw FileSystemError("publish the object", place, code: EEXIST)
    }

    /// Others may put something into the place again and again, but not so often.
    private static let attempts = 100

    /// Makes a place for an object: what is there goes, what is missing above it is made.
    private func clear(_ place: String) throws(FileSystemError) {
        try requireInPlace()
        let shelf = Paths.folder(of: place)
        if FileSystem.exists(shelf), !FileSystem.isFolder(shelf) { try setAside(shelf) }
        try FileSystem.makeFolder(shelf)
        try setAside(place)
    }

    /// Takes an object out of its place and removes it, so that at no moment half of it is there.
    public func setAside(_ key: Digest) throws(FileSystemError) { try setAside(folder(of: key)) }

    private func setAside(_ path: String) throws(FileSystemError) {
        let aside = try session().newPath()
        do {
            try FileSystem.rename(path, to: aside)
        } catch  where error.isMissing {
            return
        }
        try FileSystem.remove(aside)
    }

    /// Removes what a stage kept to go on from, once its result is stored.
    public func removeCheckpoints(of key: Digest) throws(FileSystemError) {
        let folder = checkpointFolder(of: key)
        guard FileSystem.exists(folder) else { return }
        // A long computation: its result must not be lost by a power failure that the checkpoints do not survive.
        try FileSystem.flush(Paths.folder(of: self.folder(of: key)))
        try FileSystem.remove(folder)
    }
}
