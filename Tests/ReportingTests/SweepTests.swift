import JSONValues
import Reporting
import Testing

/// The table over the instances of a matrix.
@Suite struct SweepTests {
    private typealias Metrics = [(name: String, value: Double)]

    private func section(_ label: String, _ metrics: Metrics, stage: String = "reduce.tsne") -> ReportPage.Section {
        ReportPage.Section(
            label: label, stage: stage, version: 1, metrics: metrics,
            content: SectionContent(title: "t-SNE", blocks: [.text("Hello")]))
    }

    private func page(_ sections: [ReportPage.Section]) -> String {
        ReportPage(title: "T", sections: sections).rendered().html
    }

    /// Cells of the rows of the table of a sweep, without their links.
    private func rows(_ html: String) -> [[String]] {
        guard let start = html.firstRange(of: "<tbody>\n"), let end = html.firstRange(of: "</tbody>") else { return [] }
        let lines = html[start.upperBound..<end.lowerBound].split(separator: "\n")
        return lines.map { line in
            line.matches(of: /<td class="[a-z]+">(.*?)<\/td>/).map { cell in
                String(cell.1).replacing(/<\/?(bdi|a)[^>]*>/, with: "")
            }
        }
    }

    @Test func `instances that follow each other are rows, with numbers of one format and the best marked`() {
        let html = page([
            section("pca", [], stage: "reduce.pca"),
            section("map[method=a,seed=0]", [("accuracy", 0.9), ("images", 12_000)]),
            section("map[method=a,seed=1]", [("accuracy", 0.91239), ("images", 12_000)]),
            section("map[method=b,seed=0]", [("accuracy", 0.1), ("extra", 12.25)]),
        ])
        #expect(
            rows(html) == [
                ["a", "0", "0.9000", "12,000", ""],
                ["a", "1", "<strong class=\"best\">0.9124</strong>", "12,000", ""],
                ["b", "0", "0.1000", "", "12.25"],
            ])
        #expect(html.contains("<bdi>map by method and seed</bdi>"))
        #expect(html.contains("<th scope=\"col\" class=\"leading\"><bdi>method</bdi></th>"))
        #expect(html.contains("<th scope=\"col\" class=\"trailing\"><bdi>seed</bdi></th>"))
        #expect(
            html.contains("<a href=\"#section-map-method-a-seed-1-\" aria-label=\"method a, seed 1\"><bdi>a</bdi></a>"))
        #expect(html.contains("id=\"section-map-method-a-seed-1-\""))
        #expect(html.contains("The best values are bold.</p>"))
    }

    @Test func `the divergence of t-SNE is compared at equal perplexity only`() {
        let values: [(Int, Int, Double)] = [(5, 0, 1.5), (5, 1, 1.4), (30, 0, 1.1), (30, 1, 1.2)]
        let html = page(
            values.map { section("map[perplexity=\($0.0),seed=\($0.1)]", [("kl_divergence", $0.2)]) })
        #expect(
            rows(html).map { $0[2] } == [
                "1.500", "<strong class=\"best\">1.400</strong>", "<strong class=\"best\">1.100</strong>", "1.200",
            ])
        #expect(html.contains("The best values are bold; kl divergence only compares at equal perplexity.</p>"))
    }

    @Test func `nothing is best where all are equal or nobody knows`() {
        let html = page([
            section("map[seed=0]", [("accuracy", 1), ("parameters", 3)]),
            section("map[seed=1]", [("accuracy", 1), ("parameters", 2)]),
        ])
        #expect(rows(html) == [["0", "1", "3"], ["1", "1", "2"]])
        #expect(!html.contains("The best"))
    }

    @Test func `values with commas and markup stay whole and harmless`() {
        let html = page([
            section("map[layers=[\"a\",\"b\"],x=<i>]", []), section("map[layers=[\"c\"],x=<i>]", []),
        ])
        #expect(rows(html) == [["[&quot;a&quot;,&quot;b&quot;]", "&lt;i&gt;"], ["[&quot;c&quot;]", "&lt;i&gt;"]])
    }

    @Test(arguments: [
        ["map[seed=0]"], ["a", "b"], ["map[seed=0]", "net[seed=0]"], ["map[seed=0]", "map[limit=0]"],
        ["map[seed=0]", "other", "map[seed=1]"],
    ])
    func `other sections make no table`(labels: [String]) {
        #expect(!page(labels.map { section($0, [("accuracy", 1)]) }).contains("<table>"))
    }
}
