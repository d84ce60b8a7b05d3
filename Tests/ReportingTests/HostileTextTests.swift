import JSONValues
import Reporting
import Testing

@Suite struct HostileTextTests {
    /// Closes whatever it stands in, then starts a script; a quotation mark with an accent is one Swift character.
    static let attack =
        "\"'><script>alert(1)</script><img src=x onerror=alert(1)> \"\u{301} onload=\"x {{title}} & \u{202E}gnp.exe"

    private static func page() -> RenderedPage {
        let text = attack
        let picture = Block.Picture(text, caption: text, alternative: text)
        let blocks: [Block] = [
            .text(text), .note(text), .metrics([.init(text, text, unit: text, explanation: text)]),
            .table(
                Block.Table(
                    caption: text, columns: [Block.Column(text)],
                    rows: [[.text(text)], [.picture(picture)], [.bar(fraction: 1, text: text)]], note: text)),
            .picture(picture), .gallery(.init([picture], caption: text)),
            .details(
                title: text,
                [.text("# \(text)\n- \(text)\n\n```\n\(text)\n```\n`\(text)`\n**\(text)**\n[\(text)](\(text))")]),
            .unreadable(kind: text, problem: text),
        ]
        let section = ReportPage.Section(
            label: text, stage: text, version: 1, parameters: .object([text: .string(text)]), digest: text,
            content: SectionContent(title: text, blocks: blocks), pictureFolder: "/nowhere")
        let outline = PipelineOutline(stages: [
            .init(label: text, name: text), .init(label: text, name: text, sources: [.init(stage: 0, output: text)]),
        ])
        return ReportPage(
            title: text, text: text, sections: [section], outline: outline, versions: [(text, text)]
        ).rendered()
    }

    @Test func `the page has no tags and attributes but its own`() throws {
        let html = Self.page().html
        let tags = try Tags(of: html)
        let known: Set = [
            "a", "bdi", "body", "caption", "circle", "code", "dd", "defs", "details", "div", "dl", "dt", "em",
            "figcaption",
            "figure", "footer", "h1", "h2", "h3", "head", "header", "html", "img", "li", "main", "marker", "meta",
            "nav",
            "ol", "p", "path", "pre", "rect", "section", "span", "strong", "style", "summary", "svg", "table", "tbody",
            "td", "text", "th", "thead", "title", "tr", "ul",
        ]
        #expect(Set(tags.names).subtracting(known) == [])
        #expect(tags.attributes.filter { $0.hasPrefix("on") || $0 == "style" } == [])
        #expect(tags.unclosed == [])
        #expect(html.unicodeScalars.allSatisfy { !(0x202A...0x202E ~= $0.value) && !(0x2066...0x2069 ~= $0.value) })
        // Text is not read as a template.
        #expect(html.contains("{{title}}"))
    }

    @Test func `nothing on the page asks for anything outside`() throws {
        let html = Self.page().html
        #expect(html.contains("content=\"default-src &#39;none&#39;; img-src data:; style-src &#39;sha256-"))
        #expect(try Tags(of: html).attributes.contains("srcset") == false)
        #expect(html.ranges(of: "url(").count == html.ranges(of: "url(#arrow)").count)
        #expect(!html.contains("http://") && !html.contains("https://") && !html.contains("@import"))
    }

    @Test func `text is shown, not dropped`() {
        let html = Self.page().html
        #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(html.contains("&quot;\u{301} onload=&quot;x"))
        #expect(html.contains("\u{FFFD}gnp.exe"))
    }

    @Test(arguments: [
        "[", "*a", "**a ", "`", "[a](", "_a_", "![", "\\", "[a](http://", "# ", "- a\n", "1. a\n\n", "a\r\n",
    ])
    func `long texts of one mark are read in time`(_ mark: String) {
        let text = String(repeating: mark, count: 100_000)
        let section = ReportPage.Section(
            label: "a", stage: "b", version: 1, content: SectionContent(blocks: [.text(text)]))
        let time = ContinuousClock().measure { _ = ReportPage(title: "", sections: [section]).rendered() }
        #expect(time < .seconds(5))
    }
}

/// The tags of a page that writes all attributes in double quotes; throws where markup is not well formed.
private struct Tags {
    struct Malformed: Error { var place: String }

    private(set) var names: [String] = []
    private(set) var attributes: [String] = []
    private(set) var unclosed: [String] = []

    init(of html: String) throws {
        let scalars = Array(html.unicodeScalars)
        var place = 0
        while let start = scalars[place...].firstIndex(of: "<") {
            place = start + 1
            var (name, isInQuotes, attribute) = ("", false, "")
            while scalars[place] != ">" && scalars[place] != " " {
                name.unicodeScalars.append(scalars[place])
                place += 1
            }
            while isInQuotes || scalars[place] != ">" {
                let scalar = scalars[place]
                if scalar == "<" { throw Malformed(place: String(String.UnicodeScalarView(scalars[start...place]))) }
                if scalar == "\"" { isInQuotes.toggle() }
                if !isInQuotes {
                    if scalar == "=" { attributes.append(attribute) }
                    attribute = scalar == " " || scalar == "\"" ? "" : attribute + String(scalar)
                }
                place += 1
            }
            if name.hasPrefix("!") { continue }
            if name.hasPrefix("/") {
                guard unclosed.popLast() == String(name.dropFirst()) else { throw Malformed(place: name) }
                continue
            }
            names.append(name.hasSuffix("/") ? String(name.dropLast()) : name)
            let isEmpty = scalars[place - 1] == "/" || ["meta", "img"].contains(name)
            if !isEmpty { unclosed.append(name) }
        }
    }
}
