/// The part of Markdown that texts of a pipeline may use: paragraphs, headings (`#`), lists (`-`, `*`, `1.`), fenced code,
/// `*emphasis*`, `**strong**`, `` `code` `` and `[links](https://…)` to http and https. Everything else, HTML above all, is
/// shown as it is written.
///
/// - Complexity: O(text), whatever the text.
struct Markdown {
    /// - Parameter topLevel: the level of HTML heading that `#` becomes; deeper ones follow, down to `<h6>`.
    static func markup(_ text: String, topLevel: Int = 3) -> Markup {
        var reader = Markdown(topLevel: topLevel)
        // A line end may be \n, \r\n or \r, all of which are one `Character` that is a new line.
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) { reader.read(line) }
        reader.closeBlock()
        return Markup(trusted: reader.html)
    }

    private enum Block: Equatable {
        case none, paragraph, code
        case list(tag: String)
    }

    private let topLevel: Int
    private var html = ""
    private var block = Block.none
    /// The lines of the block; of a list, by item.
    private var items: [[Substring]] = []

    private init(topLevel: Int) { self.topLevel = topLevel }

    private mutating func read(_ line: Substring) {
        let text = line.drop { $0 == " " || $0 == "\t" }
        let isFence = text.hasPrefix("```")
        if block == .code {
            isFence ? closeBlock() : items[0].append(line)
        } else if text.isEmpty {
            closeBlock()
        } else if isFence {
            start(.code, [])
        } else if let (level, words) = Self.heading(text) {
            closeBlock()
            let tag = "h\(min(topLevel + level - 1, 6))"
            html += "<\(tag)>\(MarkdownLine.html(words))</\(tag)>\n"
        } else if let (tag, words) = Self.listItem(text) {
            if block == .list(tag: tag) { items.append([words]) } else { start(.list(tag: tag), [words]) }
        } else if block == .none {
            start(.paragraph, [text])
        } else {
            items[items.count - 1].append(text)
        }
    }

    private mutating func start(_ block: Block, _ lines: [Substring]) {
        closeBlock()
        self.block = block
        items = [lines]
    }

    private mutating func closeBlock() {
        switch block {
        case .none: break
        case .paragraph: html += "<p dir=\"auto\">\(Self.joined(items[0]))</p>\n"
        case .code:
            let code = Markup.escaped(items[0].joined(separator: "\n"))
            html += "<pre tabindex=\"0\"><code>\(code)</code></pre>\n"
        case .list(let tag):
            let content = items.map { "<li dir=\"auto\">\(Self.joined($0))</li>" }.joined(separator: "\n")
            html += "<\(tag)>\n\(content)\n</\(tag)>\n"
        }
        block = .none
        items = []
    }

    private static func joined(_ lines: [Substring]) -> String {
        MarkdownLine.html(Substring(lines.joined(separator: "\n")))
    }

    private static func heading(_ line: Substring) -> (level: Int, words: Substring)? {
        let level = line.prefix(7).prefix { $0 == "#" }.count
        let rest = line.dropFirst(level)
        guard (1...6).contains(level), rest.first == " " else { return nil }
        return (level, rest.drop { $0 == " " })
    }

    private static func listItem(_ line: Substring) -> (tag: String, words: Substring)? {
        if let mark = line.first, "-*+".contains(mark), line.dropFirst().first == " " {
            return ("ul", line.dropFirst(2))
        }
        let digits = line.prefix(10).prefix { ("0"..."9").contains($0) }
        let rest = line.dropFirst(digits.count)
        guard (1...9).contains(digits.count), rest.hasPrefix(". ") else { return nil }
        return ("ol", rest.dropFirst(2))
    }
}
