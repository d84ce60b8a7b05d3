import JSONValues
import Reporting
import Storage
import TestSupport
import Testing

/// A page with one section of one block, whose pictures are in a folder of the test.
private struct Page {
    /// A valid PNG of 1 × 1 pixel is not needed: the page reads signature and size, the browser the rest.
    static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8) + [0, 0, 0, 40, 0, 0, 0, 30]
    static let pngText = "iVBORw0KGgoAAAANSUhEUgAAACgAAAAe"

    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try FileSystem.write(Self.png, to: folder.path("a.png"))
        try FileSystem.write(Array("<svg xmlns='http://www.w3.org/2000/svg'/>".utf8), to: folder.path("b.svg"))
        try FileSystem.write([0xFF, 0xD8, 0xFF, 0xE0], to: folder.path("c.jpg"))
        try FileSystem.write("no picture", to: folder.path("d.png"))
        try FileSystem.makeLink(folder.path("link.png"), to: folder.path("a.png"))
        try FileSystem.write(Self.png, to: folder.path("secret.png"))
    }

    func rendered(_ blocks: Block..., label: String = "map", title: String? = nil) -> RenderedPage {
        let section = ReportPage.Section(
            label: label, stage: "reduce.tsne", version: 1, parameters: ["perplexity": 30, "layers": ["a", "b"]],
            digest: "abc", content: SectionContent(title: title, blocks: blocks), pictureFolder: folder.path)
        return ReportPage(title: "Title", sections: [section]).rendered()
    }

    /// What stands between the heading and the provenance.
    func content(_ blocks: Block...) -> String {
        let section = ReportPage.Section(
            label: "map", stage: "reduce.tsne", version: 1, content: SectionContent(blocks: blocks),
            pictureFolder: folder.path)
        let html = ReportPage(title: "Title", sections: [section]).rendered().html
        let start = html.firstRange(of: "</header>\n<")!
        let rest = html[html.index(before: start.upperBound)...]
        let content = rest[rest.firstRange(of: "class=\"origin\"")!.upperBound...]
        let inner = content[content.firstRange(of: "</header>\n")!.upperBound...]
        return String(inner[..<inner.firstRange(of: "\n<details class=\"provenance\">")!.lowerBound])
    }
}

@Suite struct PageTests {
    @Test func `metrics are a list of names and values`() throws {
        let content = try Page().content(
            .metrics([.init("accuracy", 0.912, format: .percent, explanation: "of ten"), .init("images", "60")]))
        #expect(
            content == """
                <dl class="metrics">
                <div><dt><bdi>accuracy</bdi></dt><dd><bdi class="value">91.2</bdi> <bdi class="unit">%</bdi>\
                <span class="explanation" dir="auto">of ten</span></dd></div>
                <div><dt><bdi>images</bdi></dt><dd><bdi class="value">60</bdi></dd></div>
                </dl>

                """)
    }

    @Test func `a table has a caption, headed columns, aligned cells and a note`() throws {
        let table = Block.Table(
            caption: "Classes", columns: ["class", .number("share"), Block.Column("", .center)],
            rows: [["cat", .share(0.25), .picture(.init("a.png", alternative: "cat"))]], note: "1 of 10")
        let content = try Page().content(.table(table))
        #expect(content.contains("<caption dir=\"auto\">Classes</caption>"))
        #expect(content.contains("<th scope=\"col\" class=\"trailing\"><bdi>share</bdi></th>"))
        #expect(content.contains("<td class=\"leading\"><bdi>cat</bdi></td>"))
        #expect(content.contains("<rect width=\"25.00%\" height=\"100%\"/></svg><bdi>25.0\u{A0}%</bdi>"))
        #expect(content.contains("<td class=\"center\"><img src=\"data:image/png;base64,\(Page.pngText)\""))
        #expect(content.contains("<p class=\"remark\" dir=\"auto\">1 of 10</p>"))
    }

    @Test(arguments: [(-1.0, "0.00%"), (7, "100.00%"), (.nan, "0.00%"), (.infinity, "100.00%")])
    func `a bar stays in its cell`(_ fraction: Double, _ length: String) throws {
        let table = Block.Table(columns: ["a"], rows: [[.bar(fraction: fraction, text: "x")]])
        #expect(try Page().content(.table(table)).contains("<rect width=\"\(length)\""))
    }

    @Test func `pictures stand in the page with the height that goes with their width`() throws {
        let page = try Page()
        let picture = Block.Picture("a.png", caption: "Loss", alternative: "falls", width: 80, isPixelated: true)
        #expect(
            page.content(.picture(picture)) == """
                <figure class="picture">
                <img src="data:image/png;base64,\(Page.pngText)" alt="falls" class="pixelated" width="80" height="60">
                <figcaption dir="auto">Loss</figcaption>
                </figure>

                """)
        #expect(page.content(.picture(.init("b.svg", alternative: ""))).contains("data:image/svg+xml;base64,"))
        #expect(page.content(.picture(.init("c.jpg", alternative: ""))).contains("data:image/jpeg;base64,"))
    }

    @Test(arguments: [(Int?.some(8), "columns-8"), (99, "columns-16"), (nil, "flowing")])
    func `a gallery has the columns that it asks for`(_ columns: Int?, _ name: String) throws {
        let picture = Block.Picture("a.png", caption: "one", alternative: "")
        let content = try Page().content(.gallery(.init([picture, picture], columns: columns, caption: "all")))
        #expect(content.contains("<div class=\"pictures \(name)\">"))
        #expect(content.components(of: "<figcaption dir=\"auto\">one</figcaption>") == 2)
        #expect(content.components(of: "<figcaption dir=\"auto\">all</figcaption>") == 1)
    }

    @Test func `details hold other blocks and are readable without a script`() throws {
        let content = try Page().content(.details(title: "More", [.note("careful"), .text("words")]))
        #expect(content.contains("<details class=\"fold\">\n<summary><bdi>More</bdi></summary>"))
        #expect(content.contains("<p class=\"note\" role=\"note\" dir=\"auto\">careful</p>"))
        #expect(content.contains("<p dir=\"auto\">words</p>"))
    }

    @Test func `each section says its stage, parameters and digest`() throws {
        let html = try Page().rendered(.text("x"), title: "A map").html
        #expect(
            html.contains(
                "<h2 id=\"section-map-title\"><span class=\"dot\" aria-hidden=\"true\"></span><bdi>A map</bdi></h2>"))
        #expect(html.contains("<a href=\"#section-map\" class=\"reduce\">"))
        #expect(html.contains("<dt><bdi>perplexity</bdi></dt><dd><bdi>30</bdi></dd>"))
        #expect(html.contains("<dt><bdi>layers</bdi></dt><dd><bdi>[&quot;a&quot;,&quot;b&quot;]</bdi></dd>"))
        #expect(html.contains("<dt>digest</dt><dd><code>abc</code></dd>"))
    }

    @Test(arguments: [
        ("gone.png", "the file is missing"), ("link.png", "the file is missing"),
        ("d.png", "the file is no PNG, JPEG or SVG"),
        ("../x.png", "its path leads out of the folder of the stage"),
        ("/etc/passwd", "its path leads out of the folder of the stage"),
        ("a\u{0}.png", "its path leads out of the folder of the stage"),
        ("", "its path leads out of the folder of the stage"),
    ])
    func `a picture that cannot be shown is a note and a problem`(_ file: String, _ reason: String) throws {
        let page = try Page().rendered(.picture(.init(file, alternative: "x")), .text("still here"))
        #expect(page.problems.map(\.what) == ["The picture '\(file)' cannot be shown: \(reason)."])
        #expect(page.problems.first?.section == "map")
        #expect(page.html.contains("cannot be shown: \(reason).</p>") && page.html.contains("still here"))
    }

    @Test func `a block from a newer version is a note and a problem`() throws {
        let page = try Page().rendered(Block(json: ["kind": "hologram"]))
        let words = "A block of kind 'hologram' cannot be shown: this version of convscope does not know the kind."
        #expect(page.problems.map(\.what) == [words])
        #expect(page.html.contains(words.replacing("'", with: "&#39;")))
    }

    @Test func `equal pages are equal bytes`() throws {
        func page(_ folder: TemporaryFolder) -> String {
            let section = ReportPage.Section(
                label: "map", stage: "reduce.tsne", version: 1, parameters: ["b": 1, "a": 2],
                content: SectionContentTests.everything, pictureFolder: folder.path)
            return ReportPage(title: "T", sections: [section, section], outline: OutlineTests.outline).rendered().html
        }
        let (first, second) = (try Page(), try Page())
        #expect(page(first.folder) == page(second.folder))
        #expect(!page(first.folder).contains(first.folder.path))
    }

    @Test func `two sections of one name have anchors of their own`() {
        let section = ReportPage.Section(label: "map[p=5]", stage: "x", version: 1, content: nil)
        let html = ReportPage(title: "T", sections: [section, section]).rendered().html
        #expect(
            html.contains("<section id=\"section-map-p-5-\"") && html.contains("<section id=\"section-map-p-5--2\""))
    }

    @Test func `many large pictures are in the page once each and in time`() throws {
        let page = try Page()
        let bytes = Page.png + [UInt8](repeating: 7, count: 3 << 20)
        for index in 0..<6 { try FileSystem.write(bytes, to: page.folder.path("\(index).png")) }
        let pictures = (0..<6).map { Block.Picture("\($0).png", alternative: "") }
        var rendered: RenderedPage?
        let time = ContinuousClock().measure { rendered = page.rendered(.gallery(.init(pictures))) }
        // Six of 3 MB in base64, and the page around them.
        #expect((24 << 20)...(25 << 20) ~= rendered!.html.utf8.count)
        #expect(time < .seconds(2))
    }
}

extension String {
    /// How often a text occurs in it.
    func components(of text: String) -> Int { ranges(of: text).count }
}
