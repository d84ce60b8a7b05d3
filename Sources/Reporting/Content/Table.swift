extension Block {
    public struct Table: Sendable, Hashable {
        public var caption: String
        public var columns: [Column]
        /// Each with one cell per column.
        public var rows: [[Cell]]
        /// Below the table; may be empty: `the first 50 of 1,000 rows; all are in rank.h5`.
        public var note: String

        /// - Precondition: every row has one cell per column.
        public init(caption: String = "", columns: [Column], rows: [[Cell]] = [], note: String = "") {
            self.caption = caption
            self.columns = columns
            self.rows = []
            self.note = note
            for row in rows { append(row) }
        }

        /// - Precondition: there is one cell per column.
        public mutating func append(_ row: [Cell]) {
            precondition(
                row.count == columns.count, "a row of \(row.count) cells in a table of \(columns.count) columns")
            rows.append(row)
        }
    }

    public struct Column: Sendable, Hashable, ExpressibleByStringLiteral {
        public enum Alignment: String, Sendable, Hashable, CaseIterable {
            /// For words.
            case leading
            /// For numbers: digits stand below digits.
            case trailing
            /// For pictures and marks.
            case center
        }

        public var title: String
        public var alignment: Alignment

        public init(_ title: String, _ alignment: Alignment = .leading) {
            self.title = title
            self.alignment = alignment
        }

        public init(stringLiteral title: String) { self.init(title) }

        public static func number(_ title: String) -> Column { Column(title, .trailing) }
    }

    public enum Cell: Sendable, Hashable, ExpressibleByStringLiteral {
        case text(String)
        /// Small, for one glance: a filter, a thumbnail.
        case picture(Picture)
        /// A number with a bar behind it.
        /// - fraction: how much of the cell is filled, clamped to [0, 1].
        case bar(fraction: Double, text: String)

        public init(stringLiteral text: String) { self = .text(text) }

        public static func number(_ value: Double, format: NumberFormat = .automatic) -> Cell {
            .text(format.text(value))
        }

        public static func count(_ value: Int) -> Cell { .text(NumberFormat.count.text(Double(value))) }

        /// A share of a whole in [0, 1] as per cent, with its bar.
        public static func share(_ value: Double) -> Cell {
            .bar(fraction: value, text: NumberFormat.percent.text(value))
        }
    }
}
