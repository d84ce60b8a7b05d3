import ForeignFiles

/// A file of CIFAR, alone in a folder or inside an archive.
struct CIFARFile {
    /// `data_batch_1.bin`
    var name: String

    /// Where it is, for errors; inside an archive both names.
    var path: String

    /// In bytes.
    var size: Int

    /// Parts of it, to be asked for from front to back.
    var bytes: (Range<Int>) throws(DatasetError) -> [UInt8]

    /// Calls `body` for each file of one split, and for the file of class names, in the order they lie in. An archive
    /// is read no further than the last of them.
    static func forEach(
        of files: [DatasetFile], versions: [CIFARVersion], split: DatasetSpecification.Split,
        _ body: (CIFARFile, CIFARVersion) throws(DatasetError) -> Void
    ) throws(DatasetError) {
        if files.count == 1, files[0].name == CIFARFormat.archiveName {
            return try forEach(inArchive: files[0].path, versions: versions, split: split, body)
        }
        for file in files {
            guard let version = version(of: file.name, versions, split) else { continue }
            let reader = try FileReader(path: file.path)
            try body(
                CIFARFile(name: file.name, path: file.path, size: reader.size) {
                    range throws(DatasetError) in try reader.bytes(range)
                }, version)
        }
    }

    private static func forEach(
        inArchive path: String, versions: [CIFARVersion], split: DatasetSpecification.Split,
        _ body: (CIFARFile, CIFARVersion) throws(DatasetError) -> Void
    ) throws(DatasetError) {
        let archive = try TarStream(path: path)
        var seen: Set<String> = []
        while let entry = try archive.next() {
            let name = String(entry.name.split(separator: "/").last ?? "")
            guard let version = version(of: name, versions, split) else { continue }
            guard seen.insert(name).inserted else {
                throw .foreign(
                    ForeignFileError(
                        path: path, "the archive has two files named '\(name)'", fix: "download the archive again"))
            }
            try body(
                CIFARFile(name: name, path: "\(path) (\(entry.name))", size: entry.size) {
                    range throws(DatasetError) in try archive.read(range)
                }, version)
            if seen.isSuperset(of: version.files(split).prefix(split == .train ? 5 : 1) + [version.namesFile]) {
                return
            }
        }
    }

    private static func version(
        of name: String, _ versions: [CIFARVersion], _ split: DatasetSpecification.Split
    ) -> CIFARVersion? {
        versions.first { $0.files(split).contains(name) || $0.namesFile == name }
    }
}
