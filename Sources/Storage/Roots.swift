/// The run folders whose results are kept.
extension Store {
    private var rootsFolder: String { path + "/roots" }

    private func note(of runFolder: String) -> String { rootsFolder + "/" + Digest(of: runFolder).hex }

    /// Says that what a run folder's record names is not to be pruned, as long as the folder is there.
    ///
    /// - Parameter runFolder: absolute; a `run.json` lies in it.
    public func addRoot(_ runFolder: String) throws(FileSystemError) {
        // The way from the store still leads there when both are moved together.
        let text = "\(runFolder)\n\(Paths.relative(runFolder, from: path))\n"
        let note = note(of: runFolder)
        // A power failure may have left it empty.
        if (try? FileSystem.read(note)) == Array(text.utf8) { return }
        try FileSystem.makeFolder(rootsFolder)
        try FileSystem.replace(note, with: text, isDurable: true)
    }

    /// Absolute paths of all run folders that were ever added, where they are now, sorted.
    func roots() throws(FileSystemError) -> [String] {
        var roots: Set<String> = []
        for name in try FileSystem.list(rootsFolder) where Digest(hex: name) != nil {
            let bytes: [UInt8]
            do {
                bytes = try FileSystem.read(rootsFolder + "/" + name)
            } catch  where error.isMissing {
                continue
            }
            let places = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
            // Otherwise half written before a crash; the run adds it again.
            guard let root = places.first, Digest(of: root).hex == name else { continue }
            var place = root
            for candidate in [root] + places.dropFirst().map({ Paths.absolute($0, in: path) }) {
                guard try RootRecords.isRunFolder(candidate) else { continue }
                place = candidate
                break
            }
            roots.insert(place)
        }
        return roots.sorted()
    }

    /// Forgets the run folders that are gone. Those beside them that are not known may be the same ones by new names, and
    /// are added.
    ///
    /// - Returns: those that are gone, and those beside them.
    func followRoots(isRehearsal: Bool) throws(FileSystemError) -> (gone: [String], neighbors: [String]) {
        var gone: [String] = []
        for root in try roots() where try !RootRecords.isRunFolder(root) { gone.append(root) }
        var neighbors: [String] = []
        for folder in Set(gone.map(Paths.folder)) {
            for entry in try FileSystem.entries(of: folder) where entry.isFolder {
                let neighbor = folder + "/" + entry.name
                if FileSystem.exists(neighbor + "/run.json") { neighbors.append(neighbor) }
            }
        }
        if isRehearsal { return (gone, neighbors) }
        for neighbor in neighbors { try addRoot(neighbor) }
        for root in gone {
            try FileSystem.removeFile(note(of: root))
            // A run may have begun there meanwhile, and found the note.
            if try RootRecords.isRunFolder(root) { try addRoot(root) }
        }
        return (gone, neighbors)
    }
}
