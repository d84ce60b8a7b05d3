import ForeignFiles

/// The pictures that a specification takes from a folder.
///
/// Of files that it does not take, it only sees the names.
struct ImageFolderSelection {
    private(set) var files: ImageFolderFiles

    /// Names of pictures that cannot be opened and are left out.
    private(set) var unreadable: [String] = []

    /// - Throws: ``DatasetError`` where there is nothing to take, and for what cannot be opened unless it is skipped.
    init(_ specification: DatasetSpecification, at places: DatasetPlaces) throws(DatasetError) {
        files = ImageFolderFiles(pictures: [], witnesses: [], places)
        if let path = places.labels {
            try take(specification, from: LabelTable(path: path), in: places.folder)
        } else {
            try take(specification, from: ImageFolderListing(places.folder, split: specification.split))
        }
        if files.pictures.isEmpty, let name = unreadable.first { throw .allImagesDamaged(first: name) }
    }

    private mutating func take(
        _ specification: DatasetSpecification, from listing: ImageFolderListing
    ) throws(DatasetError) {
        let (names, root) = (listing.names, listing.root)
        let layout = ImageFolderLayout(names: names)
        if case .flat = layout, files.list != nil { throw .noClasses(folder: root) }
        let selection = try specification.selection(of: names.count, place: root)
        for index in selection {
            let path = "\(root)/\(names[index])"
            if let reason = Folder.objection(toReading: path) {
                guard specification.onError == .skip else { throw .unreadableImage(path: path, reason: reason) }
                unreadable.append(names[index])
            } else {
                files.pictures.append(DatasetFile(name: names[index], path: path))
            }
        }
        files.witnesses = witnesses(names, in: root, layout).map { DatasetFile(name: $0, path: "\(root)/\($0)") }
    }

    /// Files whose names say what those of the pictures do not: one for each class without a picture, and for a flat
    /// folder one whose name is not of the WordNet kind.
    private func witnesses(_ names: [String], in root: String, _ layout: ImageFolderLayout) -> [String] {
        let taken = files.pictures.map(\.name)
        let isReadable = { (name: String) in Folder.objection(toReading: "\(root)/\(name)") == nil }
        if case .flat = layout {
            let isWordNet = { (name: String) in ImageFolderLayout(names: [name]).classID(of: name) != nil }
            guard taken.allSatisfy(isWordNet) else { return [] }
            return names.first { !isWordNet($0) && isReadable($0) }.map { [$0] } ?? []
        }
        // A list of classes knows them all.
        guard files.list == nil else { return [] }
        var known = Set(taken.map(layout.classID))
        return names.filter { name in
            let id = layout.classID(of: name)
            return !known.contains(id) && isReadable(name) && known.insert(id).inserted
        }
    }

    private mutating func take(
        _ specification: DatasetSpecification, from table: LabelTable, in folder: String
    ) throws(DatasetError) {
        var names: Set<String> = []
        for index in try specification.selection(of: table.rows.count, place: table.path) {
            let row = table.rows[index]
            let name = Self.fileName(row.file, in: folder)
            let path = "\(folder)/\(name)"
            guard names.insert(name).inserted else {
                throw table.error(
                    row, "names the picture '\(name)' again", fix: "remove one of its rows: a picture has one class")
            }
            if let reason = Folder.objection(toReading: path) {
                guard specification.onError == .skip else {
                    throw table.error(
                        row, "'\(row.file)' cannot be read in \(folder): \(reason)",
                        fix: "correct the name, or remove the row ('on_error': \"skip\" leaves it out)")
                }
                unreadable.append(name)
            } else {
                files.pictures.append(DatasetFile(name: name, path: path))
            }
        }
    }

    /// The name of a picture with its extension, which the table may leave out.
    private static func fileName(_ name: String, in folder: String) -> String {
        guard !ImageFolderListing.isImage(name) else { return name }
        let endings = ImageFolderListing.endings
        return (endings + endings.map { $0.uppercased() }).map { name + $0 }
            .first { Folder.kind(of: "\(folder)/\($0)") == .file } ?? name
    }
}
