import Pipeline

/// Rows of text in columns, two spaces between them.
enum Table {
    /// - Parameter numeric: columns that are aligned to the right.
    static func text(_ rows: [[String]], numeric: Set<Int> = []) -> String {
        let rows = rows.map { $0.map { $0.visible(showingLineBreaks: true) } }
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return numeric.contains(column) ? space + cell : cell + space
            }
            let line = cells.joined(separator: "  ")
            return String(line[...(line.lastIndex { $0 != " " } ?? line.startIndex)])
        }.joined(separator: "\n")
    }
}
