import ForeignFiles

extension FileInspector {
    static let npy = FileInspector(
        name: "NPY", recognizes: { (try? MappedFile(path: $0)).map { NPYArray.isNPY($0.bytes) } == true }
    ) {
        path in
        let array = try NPYArray(MappedFile(path: path).bytes)
        return "\(array.type)  \(Words.shape(array.shape))"
    }

    static let npz = FileInspector(name: "NPZ", recognizes: isNPZ) { path in
        let archive = try NPZArchive(MappedFile(path: path).bytes)
        let rows = archive.names.map { name in
            do throws(ForeignFileError) {
                guard let array = try archive.array(named: name) else { return [name, "not there"] }
                return [name, "\(array.type)", Words.shape(array.shape)]
            } catch {
                return [name, "unreadable: \(error.what)"]
            }
        }
        return Table.text(rows) + "\n" + Words.counted(rows.count, "array")
    }

    /// A zip archive with arrays in it.
    @Sendable private static func isNPZ(_ path: String) -> Bool {
        guard let bytes = (try? MappedFile(path: path))?.bytes, ZipArchive.isZip(bytes) else { return false }
        return (try? NPZArchive(bytes))?.names.isEmpty == false
    }
}
