import ForeignFiles
import JSONValues

/// The classes of the pictures of a folder: from their table, or else from their names; numbered as in a list of
/// classes, or else in order.
struct ImageFolderClasses {
    /// Name of each label; empty where nothing says what class pictures are of.
    let names: [String]

    private let layout: ImageFolderLayout
    private let table: LabelTable?
    private let numbers: [String: Int]

    /// Class names are made of whole numbers in a table, so there must not be one beyond all classes.
    private static let largestNumber = 65_535

    /// - Parameter files: Names of the pictures, and of others where those say more about classes.
    /// - Throws: ``DatasetError`` for a class that is not in the list.
    init(of files: [String], table: LabelTable?, list: ClassList?) throws(DatasetError) {
        self.table = table
        layout = ImageFolderLayout(names: files)
        let ids = table.map { Array(Set($0.rows.map(\.label))) } ?? layout.classIDs(of: files)
        if let list {
            var numbers: [String: Int] = [:]
            for id in ids {
                let position = table == nil ? nil : Int(id).flatMap { list.names.indices.contains($0) ? $0 : nil }
                guard let number = list.number(of: id) ?? position else {
                    throw Self.unknown(id, table, files: files, layout, list)
                }
                numbers[id] = number
            }
            (self.numbers, names) = (numbers, list.names)
        } else if table != nil, case let positions = ids.compactMap({ Int($0) }), positions.count == ids.count,
            positions.allSatisfy({ 0...Self.largestNumber ~= $0 })
        {
            numbers = Dictionary(uniqueKeysWithValues: zip(ids, positions))
            names = (0...positions.max()!).map(String.init)
        } else {
            let ordered = ids.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            numbers = Dictionary(uniqueKeysWithValues: zip(ordered, ordered.indices))
            names = table == nil ? layout.classNames(of: files) : ordered
        }
    }

    /// The class of a picture; `nil` where nothing says it.
    func label(of file: String) -> Int? {
        let id = table.map { $0.label(of: file) } ?? layout.classID(of: file)
        return id.flatMap { numbers[$0] }
    }

    private static func unknown(
        _ id: String, _ table: LabelTable?, files: [String], _ layout: ImageFolderLayout, _ list: ClassList
    ) -> DatasetError {
        let nearest = nearestName(to: id, in: list.names).map { "; did you mean '\($0)'?" } ?? ""
        let what = "is of class '\(id)', which is none of the \(list.names.count) of 'classes'\(nearest)"
        let fix = "correct the name, or give the list that has this class"
        if let table, let row = table.rows.first(where: { $0.label == id }) {
            return table.error(row, "'\(row.file)' \(what)", fix: fix)
        }
        let file = files.first { layout.classID(of: $0) == id }
        return .foreign(ForeignFileError(path: file ?? id, what, fix: fix))
    }
}
