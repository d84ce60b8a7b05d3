/// The files of an image folder by what they are for.
struct ImageFolderFiles {
    /// Ends the name of a file that is no sample: it only makes known that its class exists.
    static let classMark = " (class)"
    private static let tableName = "(labels)"
    private static let listName = "(classes)"

    /// Pictures; after a description was made, those left out behind the others.
    var pictures: [DatasetFile] = []

    /// Pictures that are no samples, without the mark.
    var witnesses: [DatasetFile] = []

    /// Where the table of labels lies.
    var table: String?

    /// Where the list of classes lies.
    var list: String?

    init(_ files: [DatasetFile]) {
        for file in files {
            switch file.name {
            case Self.tableName: table = file.path
            case Self.listName: list = file.path
            case let name where name.hasSuffix(Self.classMark):
                witnesses.append(DatasetFile(name: String(name.dropLast(Self.classMark.count)), path: file.path))
            default: pictures.append(file)
            }
        }
    }

    init(pictures: [DatasetFile], witnesses: [DatasetFile], _ places: DatasetPlaces) {
        (self.pictures, self.witnesses) = (pictures, witnesses)
        (table, list) = (places.labels, places.classes)
    }

    /// All of them under the names that tell them apart again.
    var all: [DatasetFile] {
        pictures + witnesses.map { DatasetFile(name: $0.name + Self.classMark, path: $0.path) }
            + (table.map { [DatasetFile(name: Self.tableName, path: $0)] } ?? [])
            + (list.map { [DatasetFile(name: Self.listName, path: $0)] } ?? [])
    }

    func classes() throws(DatasetError) -> ImageFolderClasses {
        var (table, list): (LabelTable?, ClassList?)
        if let path = self.table { table = try LabelTable(path: path) }
        if let path = self.list { list = try ClassList(path: path) }
        return try ImageFolderClasses(of: (pictures + witnesses).map(\.name), table: table, list: list)
    }
}
