import Reporting
import Testing

@Suite struct MarkdownTests {
    @Test(arguments: [
        ("one\ntwo\n\nthree", "<p>one\ntwo</p>\n<p>three</p>\n"),
        ("# A\ntext", "<h3>A</h3>\n<p>text</p>\n"), ("###### A", "<h6>A</h6>\n"), ("#a", "<p>#a</p>\n"),
        ("- a\n  b\n- c\n\n2. d", "<ul>\n<li>a\nb</li>\n<li>c</li>\n</ul>\n<ol>\n<li>d</li>\n</ol>\n"),
        ("```\n<b> *x*\n\n- y\n```\nz", "<pre tabindex=\"0\"><code>&lt;b&gt; *x*\n\n- y</code></pre>\n<p>z</p>\n"),
        (
            "*a* **b** _c_ __d__ `e*f*`",
            "<p><em>a</em> <strong>b</strong> <em>c</em> <strong>d</strong> <code>e*f*</code></p>\n"
        ),
        ("**a *b* c**", "<p><strong>a <em>b</em> c</strong></p>\n"),
        ("conv3_3 and fc_layers_0, 2 * 3 * 4", "<p>conv3_3 and fc_layers_0, 2 * 3 * 4</p>\n"),
        ("*open **and [open", "<p>*open **and [open</p>\n"), ("\\*a\\* \\<", "<p>*a* &lt;</p>\n"),
        (
            "[a *b*](https://x.org/?a=1&b=2)",
            "<p><a href=\"https://x.org/?a=1&amp;b=2\" rel=\"noopener noreferrer\">a <em>b</em></a></p>\n"
        ),
        ("[a](javascript:alert(1)) [b](//x) [c](data:x)", "<p>[a](javascript:alert(1)) [b](//x) [c](data:x)</p>\n"),
        ("[a](https://x y)", "<p>[a](https://x y)</p>\n"), ("<b>&amp;</b>", "<p>&lt;b&gt;&amp;amp;&lt;/b&gt;</p>\n"),
        ("*a [b*](http://c)", "<p><em>a [b</em>](http://c)</p>\n"), ("", ""),
        ("`a", "<p>`a</p>\n"),
    ])
    func `the part of Markdown that is known`(_ text: String, _ html: String) {
        let section = ReportPage.Section(
            label: "a", stage: "b", version: 1, content: SectionContent(blocks: [.text(text)]))
        let page = ReportPage(title: "", sections: [section]).rendered().html
        let start = page.firstRange(of: "<div class=\"prose\">\n")!.upperBound
        let content = page[start..<page[start...].firstRange(of: "</div>")!.lowerBound]
        #expect(content.replacing(" dir=\"auto\"", with: "") == html)
    }
}
