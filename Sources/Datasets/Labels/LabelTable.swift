import ForeignFiles

/// Which class each picture is of, from a table with a row for each.
///
/// The columns may have any order where the first row names them: that of the pictures `file`, `filename`, `image`,
/// `image_id`, `id`, `name` or `path`, that of the classes `label`, `class`, `class_name`, `category` or `target` (of
/// two columns the other one, whatever its name). Otherwise the first column is the picture and the second its class.
struct LabelTable {
    struct Row {
        /// Relative to the folder of the pictures; the extension may be missing.
        let file: String
        let label: String
        let line: Int
    }

    let path: String
    let rows: [Row]
    private let labels: [String: String]

    private static let fileColumns = ["file", "filename", "image", "imageid", "id", "name", "path"]
    private static let labelColumns = ["label", "class", "classname", "category", "target"]

    /// - Throws: ``DatasetError`` that names the file and the line.
    init(path: String) throws(DatasetError) {
        self.path = path
        var lines = try SeparatedText(path: path).rows
        var (fileColumn, labelColumn) = (0, 1)
        if let first = lines.first, let header = try Self.columns(ofHeader: first, path: path) {
            (fileColumn, labelColumn) = header
            lines.removeFirst()
        }
        guard !lines.isEmpty else {
            throw Self.error(path, 1, "holds no rows", fix: "write a row for each picture: its name, its class")
        }
        var rows: [Row] = []
        var lineOfFile: [String: Int] = [:]
        for row in lines {
            guard row.fields.count > max(fileColumn, labelColumn) else {
                throw Self.error(
                    path, row.line,
                    "has \(row.fields.count) field\(row.fields.count == 1 ? "" : "s"), but the picture is field "
                        + "\(fileColumn + 1) and its class field \(labelColumn + 1)",
                    fix: "write both, with a comma between them")
            }
            let (file, label) = (Self.plain(row.fields[fileColumn]), row.fields[labelColumn])
            guard !file.isEmpty, !label.isEmpty else {
                throw Self.error(
                    path, row.line, "has no \(file.isEmpty ? "name of a picture" : "class")",
                    fix: "write it, or remove the row")
            }
            guard !file.hasPrefix("/"), !file.split(separator: "/").contains("..") else {
                throw Self.error(
                    path, row.line, "names '\(file)', which may lie outside the folder of the pictures",
                    fix: "write names relative to that folder, without '..'")
            }
            if let other = lineOfFile.updateValue(row.line, forKey: file) {
                throw Self.error(
                    path, row.line, "names '\(file)' again, after line \(other)",
                    fix: "remove one of the rows: a picture has one class")
            }
            rows.append(Row(file: file, label: label, line: row.line))
        }
        self.rows = rows
        labels = Dictionary(uniqueKeysWithValues: rows.map { ($0.file, $0.label) })
    }

    /// The class of a picture, whose name has its extension.
    func label(of name: String) -> String? {
        labels[name] ?? name.lastIndex(of: ".").flatMap { labels[String(name[..<$0])] }
    }

    func error(_ row: Row, _ what: String, fix: String) -> DatasetError { Self.error(path, row.line, what, fix: fix) }

    /// Where pictures and classes stand, if the first row says it.
    private static func columns(
        ofHeader row: SeparatedText.Row, path: String
    ) throws(DatasetError) -> (file: Int, label: Int)? {
        let names = row.fields.map { field in field.lowercased().filter { $0 != "_" && $0 != " " && $0 != "-" } }
        guard let file = names.firstIndex(where: fileColumns.contains) else { return nil }
        if let label = names.firstIndex(where: labelColumns.contains) { return (file, label) }
        guard names.count == 2 else {
            throw error(
                path, row.line,
                "names the columns \(row.fields.map { "'\($0)'" }.joined(separator: ", ")), none 'label'",
                fix: "call the column of the classes 'label' or 'class'")
        }
        return (file, 1 - file)
    }

    private static func plain(_ file: String) -> String { file.hasPrefix("./") ? String(file.dropFirst(2)) : file }

    private static func error(_ path: String, _ line: Int, _ what: String, fix: String) -> DatasetError {
        .foreign(.init(path: "\(path):\(line)", what, fix: fix))
    }
}
