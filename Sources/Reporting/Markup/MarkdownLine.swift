/// What stands inside a paragraph: emphasis, code and links.
///
/// Openers are put into the output as themselves, and become tags when their closers come: one pass, nothing read twice.
struct MarkdownLine {
    static func html(_ text: Substring) -> String {
        var reader = MarkdownLine(text)
        reader.read()
        return reader.pieces.joined()
    }

    private struct Opener {
        var mark: String
        /// Where it stands in `pieces`.
        var piece: Int
    }

    private let scalars: [Unicode.Scalar]
    private var place = 0
    private var pieces: [String] = []
    private var plain = ""
    private var openers: [Opener] = []
    /// A backtick from here on closes nothing and need not look for its end.
    private let lastBacktick: Int

    private static let longestURL = 2048
    private static let deepest = 64

    private init(_ text: Substring) {
        scalars = Array(text.unicodeScalars)
        lastBacktick = scalars.lastIndex(of: "`") ?? -1
    }

    private mutating func read() {
        while place < scalars.count {
            let scalar = scalars[place]
            switch scalar {
            case "\\" where place + 1 < scalars.count && Self.isEscapable(scalars[place + 1]):
                plain.unicodeScalars.append(scalars[place + 1])
                place += 2
            case "`" where place < lastBacktick: readCode()
            case "*", "_": readEmphasis(scalar)
            case "[":
                open("[")
                place += 1
            case "]": closeLink()
            default:
                plain.unicodeScalars.append(scalar)
                place += 1
            }
        }
        flush()
    }

    private mutating func flush() {
        if plain.isEmpty { return }
        pieces.append(Markup.escaped(plain))
        plain = ""
    }

    private mutating func open(_ mark: String) {
        flush()
        // What is nested deeper than anybody writes stays text.
        if openers.count < Self.deepest { openers.append(Opener(mark: mark, piece: pieces.count)) }
        pieces.append(mark)
    }

    private mutating func readCode() {
        let end = scalars[(place + 1)...].firstIndex(of: "`")!
        flush()
        var code = String.UnicodeScalarView()
        code.append(contentsOf: scalars[(place + 1)..<end])
        pieces.append("<code>\(Markup.escaped(String(code)))</code>")
        place = end + 1
    }

    private mutating func readEmphasis(_ scalar: Unicode.Scalar) {
        let isDouble = place + 1 < scalars.count && scalars[place + 1] == scalar
        let mark = String(repeating: String(scalar), count: isDouble ? 2 : 1)
        let (before, after) = (neighbour(place - 1), neighbour(place + mark.count))
        // Underscores inside of words are names: conv3_3.
        let isInsideWord = scalar == "_" && before.isWord && after.isWord
        let depth = openers.lastIndex { $0.mark == mark }
        place += mark.count
        if let depth, !before.isSpace, !isInsideWord, !(scalar == "_" && after.isWord) {
            flush()
            let tag = isDouble ? "strong" : "em"
            pieces[openers[depth].piece] = "<\(tag)>"
            pieces.append("</\(tag)>")
            openers.removeSubrange(depth...)
        } else if !after.isSpace, !isInsideWord, !(scalar == "_" && before.isWord) {
            open(mark)
        } else {
            plain += mark
        }
    }

    private mutating func closeLink() {
        let depth = openers.lastIndex { $0.mark == "[" }
        guard let depth, let (url, end) = linkTarget() else {
            // A bracket without a target binds nothing any more.
            if let depth { openers.remove(at: depth) }
            plain += "]"
            place += 1
            return
        }
        flush()
        pieces[openers[depth].piece] = "<a href=\"\(Markup.escaped(url))\" rel=\"noopener noreferrer\">"
        pieces.append("</a>")
        // No link inside of a link, no emphasis across its end.
        openers.removeSubrange(depth...)
        openers.removeAll { $0.mark == "[" }
        place = end
    }

    /// The URL in `](https://…)`, and the place behind it.
    private func linkTarget() -> (url: String, end: Int)? {
        guard place + 1 < scalars.count, scalars[place + 1] == "(" else { return nil }
        var url = ""
        for index in scalars.indices.dropFirst(place + 2).prefix(Self.longestURL) {
            let scalar = scalars[index]
            if scalar == ")" {
                let lower = url.prefix(8).lowercased()
                guard lower.hasPrefix("https://") || lower.hasPrefix("http://") else { return nil }
                return (url, index + 1)
            }
            // Visible ASCII only, so that a host name cannot look like another. Another link's bracket ends the search,
            // or a text of nothing but beginnings would be read 2048 times.
            guard (0x21...0x7E).contains(scalar.value), scalar != "[" else { return nil }
            url.unicodeScalars.append(scalar)
        }
        return nil
    }

    private static func isEscapable(_ scalar: Unicode.Scalar) -> Bool {
        "\\`*_[]()#-+.!<>".unicodeScalars.contains(scalar)
    }

    private func neighbour(_ index: Int) -> (isSpace: Bool, isWord: Bool) {
        guard scalars.indices.contains(index) else { return (true, false) }
        let properties = scalars[index].properties
        return (properties.isWhitespace, properties.isAlphabetic || properties.numericType != nil)
    }
}
