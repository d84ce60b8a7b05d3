import Storage

/// `outputs/<stage>/<port>.<extension>` in the run folder: links to the files in the store. Links that are right are not
/// touched; where links cannot be made, copies are.
struct OutputLinks {
    let runFolder: String

    private var folder: String { runFolder + "/outputs" }

    /// Links the outputs of a stage, and removes what else is there.
    func link(_ object: StoredObject, of planned: PlannedStage) throws(FileSystemError) {
        let stageFolder = folder + "/" + fileName(ofStage: planned.id)
        // A port's folder is linked as a whole.
        let entries = Set(object.manifest.ports.flatMap(\.files).map { String($0.path.prefix { $0 != "/" }) })
        if !FileSystem.isFolder(stageFolder) { try FileSystem.makeFolder(stageFolder) }
        for name in try FileSystem.list(stageFolder) where !entries.contains(name) {
            try FileSystem.remove(stageFolder + "/" + name)
        }
        for name in entries.sorted() { try Self.link(stageFolder + "/" + name, to: object.folder + "/" + name) }
    }

    /// Removes the outputs of all stages but these.
    func removeAll(but kept: Set<String>) throws(FileSystemError) {
        for name in try FileSystem.list(folder) where !kept.contains(name) {
            try FileSystem.remove(folder + "/" + name)
        }
    }

    /// `report.html`, where the pipeline has exactly one report.
    func linkReport(_ reports: [StoredObject]) throws(FileSystemError) {
        let path = runFolder + "/report.html"
        if reports.count == 1, let report = reports.first,
            let file = report.manifest.ports.first(where: { $0.kind == "report" })?.files.first(where: {
                $0.path.hasSuffix(".html")
            })
        {
            try Self.link(path, to: report.folder + "/" + file.path)
        } else {
            try FileSystem.remove(path)
        }
    }

    private static func link(_ path: String, to target: String) throws(FileSystemError) {
        let relative = Paths.relative(target, from: Paths.folder(of: path))
        if try FileSystem.target(ofLink: path) == relative { return }
        try FileSystem.remove(path)
        do {
            try FileSystem.makeLink(path, to: relative)
        } catch  where error.isUnsupported {
            try copy(target, to: path)
        }
    }

    private static func copy(_ source: String, to target: String) throws(FileSystemError) {
        guard FileSystem.isFolder(source) else { return try FileSystem.copy(source, to: target) }
        try FileSystem.makeFolder(target)
        for name in try FileSystem.list(source) { try copy(source + "/" + name, to: target + "/" + name) }
    }
}
