import ForeignFiles

/// A table in text: fields between commas, semicolons or tabs, and in double quotes where they hold one of those, a
/// line break or (doubled) a quote (RFC 4180).
struct SeparatedText {
    struct Row {
        var fields: [String]
        /// In the file, from 1, where the row begins.
        var line: Int
    }

    /// Without lines that hold nothing.
    private(set) var rows: [Row] = []

    private let path: String
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    private static let quote = UInt8(ascii: "\"")
    private static let separators = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
    private static let lineFeed: UInt8 = 10
    private static let carriageReturn: UInt8 = 13

    /// - Throws: ``DatasetError`` that names the file and the line.
    init(path: String) throws(DatasetError) {
        self.path = path
        let text = try FileReader(path: path).text()
        bytes = Array(text.utf8.starts(with: [0xEF, 0xBB, 0xBF]) ? text.utf8.dropFirst(3) : text.utf8[...])
        let separator = firstSeparator()
        var row = Row(fields: [], line: 1)
        while position < bytes.count {
            row.fields.append(try field(until: separator))
            if position < bytes.count, bytes[position] == separator {
                position += 1
                // The last field may be empty and end with the file.
                if position < bytes.count { continue }
                row.fields.append("")
            }
            if row.fields != [""] { rows.append(row) }
            skipLineBreak()
            row = Row(fields: [], line: line)
        }
    }

    /// What stands between fields: the first separator outside quotes.
    private func firstSeparator() -> UInt8 {
        var isQuoted = false
        for byte in bytes {
            if byte == Self.quote { isQuoted.toggle() }
            if !isQuoted, Self.separators.contains(byte) { return byte }
        }
        return Self.separators[0]
    }

    /// Reads up to the separator or line break that ends the field. Spaces around a field without quotes do not count.
    private mutating func field(until separator: UInt8) throws(DatasetError) -> String {
        if bytes[position] == Self.quote { return try quotedField(until: separator) }
        let start = position
        while position < bytes.count, bytes[position] != separator, !isAtLineBreak { position += 1 }
        let space = UInt8(ascii: " ")
        let padded = bytes[start..<position].drop { $0 == space }
        let end = padded.lastIndex { $0 != space }.map { $0 + 1 } ?? padded.startIndex
        return String(decoding: padded[..<end], as: UTF8.self)
    }

    private mutating func quotedField(until separator: UInt8) throws(DatasetError) -> String {
        let firstLine = line
        var field: [UInt8] = []
        position += 1
        while true {
            guard position < bytes.count else {
                throw error(firstLine, "begins a quoted field that never ends", fix: "close the quotes")
            }
            let byte = bytes[position]
            position += 1
            if byte == Self.quote {
                guard position < bytes.count, bytes[position] == Self.quote else { break }
                position += 1
            }
            if byte == Self.lineFeed { line += 1 }
            field.append(byte)
        }
        guard position == bytes.count || bytes[position] == separator || isAtLineBreak else {
            throw error(line, "has text behind a quoted field", fix: "double the quotes that belong to the field")
        }
        return String(decoding: field, as: UTF8.self)
    }

    private var isAtLineBreak: Bool { bytes[position] == Self.lineFeed || bytes[position] == Self.carriageReturn }

    private mutating func skipLineBreak() {
        guard position < bytes.count else { return }
        let isPair =
            bytes[position] == Self.carriageReturn && position + 1 < bytes.count
            && bytes[position + 1] == Self.lineFeed
        position += isPair ? 2 : 1
        line += 1
    }

    private func error(_ line: Int, _ what: String, fix: String) -> DatasetError {
        .foreign(.init(path: "\(path):\(line)", what, fix: fix))
    }
}
