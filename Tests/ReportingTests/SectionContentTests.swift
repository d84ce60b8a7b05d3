import JSONValues
import Reporting
import Testing

@Suite struct SectionContentTests {
    static let everything: SectionContent = {
        var section = SectionContent(title: "Training")
        section.text("Some *words*.")
        section.note("Only the first 10 are shown.")
        section.metric("accuracy", 0.91234, format: .percent, explanation: "of 10,000 images")
        section.metric("images", 60_000)
        section.metric("loss", Float(0.25))
        section.metric("architecture", "vgg16", unit: "net")
        section.table(
            caption: "Classes",
            columns: ["class", .number("images"), Block.Column("picture", .center), .number("accuracy")],
            rows: [
                ["cat", .count(6000), .picture(Block.Picture("a.png", alternative: "a cat")), .share(0.5)],
                [.text("dog"), .number(.nan), "", .bar(fraction: .infinity, text: "all")],
            ], note: "2 of 10")
        section.picture(named: "plot.png", caption: "Loss", alternative: "Loss by epoch", width: 480)
        section.gallery(
            [Block.Picture("f/0.png", caption: "0", alternative: "filter 0", width: 40, isPixelated: true)], columns: 8,
            caption: "Filters")
        section.details("More") { $0.details("Still more") { $0.text("deep") } }
        section.append(.unreadable(kind: "hologram", problem: "unknown"))
        return section
    }()

    @Test func `every kind of block is read back as it was written`() throws {
        let section = Self.everything
        let text = section.json.prettyText
        let back = try #require(SectionContent(json: try JSONDocument(parsing: text).root))
        // JSON has no infinity: the bar without a length is a text.
        #expect(back.json.canonicalText.contains("Still more"))
        var expected = section
        guard case .table(var table) = section.blocks[3] else { return #expect(Bool(false)) }
        table.rows[1][3] = .text("all")
        expected.blocks[3] = .table(table)
        #expect(back == expected)
    }

    @Test func `metrics that follow each other stand together`() {
        #expect(Self.everything.blocks.count == 8)
        guard case .metrics(let metrics) = Self.everything.blocks[2] else { return #expect(Bool(false)) }
        #expect(
            metrics.map { "\($0.name): \($0.value) \($0.unit)" } == [
                "accuracy: 91.2 %", "images: 60,000 ", "loss: 0.25 ", "architecture: vgg16 net",
            ])
    }

    @Test(arguments: [
        (#"{"kind": "hologram", "depth": 3}"#, "hologram", "this version of convscope does not know the kind"),
        (#"{"text": "x"}"#, "", "it does not say its kind"),
        ("7", "", "it does not say its kind"),
        (#"{"kind": "text", "text": 3}"#, "text", "its 'text' is the number 3, expected a string"),
        (#"{"kind": "picture"}"#, "picture", "its 'file' is missing, expected a string"),
        (
            #"{"kind": "gallery", "pictures": [], "columns": 0}"#, "gallery",
            "its 'columns' is the number 0, expected a number above 0"
        ),
        (
            #"{"kind": "table", "columns": [{"title": "a"}], "rows": [["1"], ["1", "2"]]}"#, "table",
            "row 2 has 2 cells, the table 1 columns"
        ),
    ])
    func `what cannot be read says why`(_ text: String, _ kind: String, _ problem: String) throws {
        let block = Block(json: try JSONDocument(parsing: text).root)
        #expect(block == .unreadable(kind: kind, problem: problem))
    }

    @Test func `a summary without blocks is none`() {
        #expect(SectionContent(json: .null) == nil)
        #expect(SectionContent(json: ["blocks": []]) == SectionContent())
    }

    @Test(arguments: [
        (NumberFormat.automatic, 0.0, "0"), (.automatic, 0.912345, "0.9123"), (.automatic, 12.5, "12.5"),
        (.automatic, 1204, "1204"), (.automatic, 123_456.7, "123,457"), (.automatic, -0.001, "−0.001"),
        (.automatic, 3.14159e-7, "3.142e-07"), (.automatic, 9.9999e-7, "1e-06"), (.automatic, 0.99999, "1"),
        (.automatic, 1e300, "1e+300"), (.automatic, Double.leastNonzeroMagnitude, "5e-324"),
        (.automatic, 2.5e15, "2.5e+15"),
        (.automatic, 0.1 + 0.2, "0.3"), (.automatic, .infinity, "∞"), (.automatic, .nan, "not a number"),
        (.percent, 0.91249, "91.2\u{A0}%"), (.percent, 1, "100.0\u{A0}%"), (.percent, -.infinity, "−∞"),
        (.fixed(3), 2.0005, "2.001"), (.fixed(0), 0.4, "0"), (.fixed(2), -0.001, "0.00"), (.count, 60_000, "60,000"),
        (.count, 1_234_567, "1,234,567"), (.count, 1e19, "1e+19"),
    ])
    func `numbers are written for people`(_ format: NumberFormat, _ value: Double, _ text: String) {
        #expect(format.text(value) == text)
    }
}
