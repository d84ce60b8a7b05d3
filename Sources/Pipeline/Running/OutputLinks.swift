import JSONValues
import Storage

/// `outputs/<stage>/<port>.<extension>` in the run folder: links to the files in the store. Links that are right are not
/// touched; where links cannot be made, copies are.
///
/// Only what a run made is ever replaced or removed: links to objects of a store, and files that the record of the run
/// before lists. Links to folders of the user are not followed.
struct OutputLinks {
    private let runFolder: String

    let expected: ExpectedLinks

    /// Asked only where something other than a link is in the way.
    private let former: FormerRun

    static let name = "outputs"

    /// - Parameter runFolder: without links on the way.
    /// - Throws: ``RunFolderError`` where `outputs` is not ours. Links into a store are, also where the record that could
    ///   say so is lost.
    init(runFolder: String, store: Store, former: FormerRun) throws {
        self.runFolder = runFolder
        self.former = former
        let folder = runFolder + "/" + Self.name
        expected = ExpectedLinks(
            folder: folder, wayToStore: Paths.relative(try FileSystem.realPath(store.path), from: folder + "/stage"),
            storeLength: store.path.utf8.count)
        guard let status = try FileSystem.status(of: folder, followingLinks: false) else { return }
        guard status.isFolder else { throw RunFolderError(path: folder, what: "is no folder") }
        guard try former.exists || Self.holdsOnlyLinks(folder) else {
            throw RunFolderError(path: folder, what: "was not made by a run: no 'run.json' lies beside it")
        }
    }

    /// Whether all that is below a folder are links into objects.
    private static func holdsOnlyLinks(_ folder: String) throws(FileSystemError) -> Bool {
        for file in try FileSystem.listFiles(below: folder) {
            guard let target = try FileSystem.target(ofLink: folder + "/" + file), Store.key(ofPath: target) != nil
            else {
                return false
            }
        }
        return true
    }

    /// Links the outputs of a stage, and removes older ones.
    ///
    /// Where all links are right nothing else is looked at: whoever made them had removed what was older.
    func link(_ object: StoredObject, of planned: PlannedStage) throws {
        if expected.areThere(for: object, of: planned) { return }
        let stage = Self.name + "/" + fileName(ofStage: planned.id)
        let stageFolder = runFolder + "/" + stage
        let (target, entries) = (expected.target(of: object), ExpectedLinks.names(of: object))
        if let status = try FileSystem.status(of: stageFolder, followingLinks: false), !status.isFolder {
            throw RunFolderError(path: stageFolder, what: "is no folder")
        }
        // Not the run folder: where that was moved, half a new one must not appear.
        try FileSystem.makeFolder(runFolder + "/" + Self.name, makingParents: false)
        try FileSystem.makeFolder(stageFolder, makingParents: false)
        for name in try FileSystem.list(stageFolder) where !entries.contains(name) {
            _ = try removeOwn(stage + "/" + name)
        }
        for name in entries.sorted() { try link(stage + "/" + name, to: target + "/" + name) }
    }

    /// Removes the outputs of all stages but these.
    func removeAll(but kept: Set<String>) throws {
        for name in try FileSystem.list(runFolder + "/" + Self.name) where !kept.contains(name) {
            let stage = Self.name + "/" + name
            guard try FileSystem.status(of: runFolder + "/" + stage, followingLinks: false)?.isFolder == true else {
                continue
            }
            var removed = 0
            for name in try FileSystem.list(runFolder + "/" + stage) where try removeOwn(stage + "/" + name) {
                removed += 1
            }
            if removed > 0 || former.outputs.contains(stage) {
                _ = try FileSystem.removeEmptyFolder(runFolder + "/" + stage)
            }
        }
    }

    /// `report.html`, where the pipeline has exactly one report.
    func linkReport(_ reports: [StoredObject]) throws {
        let path = "report.html"
        if reports.count == 1, let report = reports.first,
            let file = report.manifest.ports.first(where: { $0.kind == "report" })?.files.first(where: {
                $0.path.hasSuffix(".html")
            })
        {
            let object = try FileSystem.realPath(report.folder)
            try link(path, to: Paths.relative(object + "/" + file.path, from: runFolder))
        } else {
            _ = try removeOwn(path)
        }
    }

    // MARK: - Making

    /// - Parameters:
    ///   - path: relative to the run folder.
    ///   - target: relative to the folder that the link is in.
    private func link(_ path: String, to target: String) throws {
        let place = runFolder + "/" + path
        // Another run of the same pipeline may make and remove the same links at the same time.
        for _ in 0..<100 {
            if try FileSystem.target(ofLink: place) == target { return }
            if try !removeOwn(path), try FileSystem.status(of: place, followingLinks: false) != nil {
                if let other = try FileSystem.target(ofLink: place), Store.key(ofPath: other) != nil { continue }
                throw RunFolderError(path: place, what: "was not made by a run and is in the way of an output")
            }
            do {
                try FileSystem.makeLink(place, to: target)
                return
            } catch {
                if error.isTaken { continue }
                guard error.isUnsupported else { throw error }
                return try Self.copy(Paths.absolute(target, in: Paths.folder(of: place)), to: place)
            }
        }
        throw RunFolderError(path: place, what: "is replaced again and again by other runs")
    }

    private static func copy(_ source: String, to target: String) throws(FileSystemError) {
        guard FileSystem.isFolder(source) else { return try FileSystem.copy(source, to: target) }
        try FileSystem.makeFolder(target)
        for name in try FileSystem.list(source) { try copy(source + "/" + name, to: target + "/" + name) }
    }

    // MARK: - Removing

    /// Removes what a run made at a path relative to the run folder; whether nothing is left of something that was there.
    private func removeOwn(_ path: String) throws(FileSystemError) -> Bool {
        let place = runFolder + "/" + path
        guard let status = try FileSystem.status(of: place, followingLinks: false) else { return false }
        if status.isLink {
            // Into a store, also another one.
            guard let target = try FileSystem.target(ofLink: place), Store.key(ofPath: target) != nil else {
                return false
            }
        } else {
            guard former.outputs.contains(path) else { return false }
            if status.isFolder {
                for name in try FileSystem.list(place) { _ = try removeOwn(path + "/" + name) }
                return try FileSystem.removeEmptyFolder(place)
            }
        }
        try FileSystem.remove(place)
        return true
    }
}

/// A run folder that cannot be written: something of the user's lies there, none of which was touched, or it is gone.
public struct RunFolderError: Error, Sendable, Hashable, CustomStringConvertible {
    public let path: String
    let what: String
    /// Somebody has moved or removed it since the run began.
    public let isGone: Bool

    init(path: String, what: String) { (self.path, self.what, isGone) = (path, what, false) }

    init(gone path: String) {
        (self.path, isGone) = (path, true)
        what = "was moved or removed while the run wrote to it"
    }

    public var description: String {
        let fix =
            isGone
            ? "run again: stages that have finished are reused"
            : "move it away, or choose another folder with --runs"
        return "'\(path)' \(what)\n  fix: \(fix)"
    }
}
