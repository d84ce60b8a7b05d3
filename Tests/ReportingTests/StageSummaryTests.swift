import JSONValues
import Reporting
import Storage
import TestSupport
import Testing

@Suite struct StageSummaryTests {
    private func section(_ text: String?) throws -> ReportPage.Section {
        let folder = try TemporaryFolder()
        if let text { try FileSystem.write(text, to: folder.path("summary.json")) }
        return StageSummary(
            file: folder.path("summary.json"), pictureFolder: folder.path("summary"), label: "map", digest: "abc"
        ).section
    }

    @Test func `a summary becomes a section`() throws {
        let section = try section(
            #"{"stage": "reduce.tsne", "version": 3, "parameters": {"seed": 1}, "content": {"title": "A", "blocks": []}}"#
        )
        #expect(section.label == "map" && section.stage == "reduce.tsne" && section.version == 3)
        #expect(section.parameters == ["seed": 1] && section.content == SectionContent(title: "A"))
    }

    @Test(arguments: [
        (String?.none, "its summary cannot be read"), ("{", "its summary is damaged"),
        (#"{"stage": "a", "content": null}"#, "the stage left no summary"), ("7", "the stage left no summary"),
        (#"{"stage": "a", "content": {"blocks": 7}}"#, "its summary has no blocks"),
    ])
    func `what cannot be shown says why`(_ text: String?, _ problem: String) throws {
        let section = try section(text)
        #expect(section.content == nil && section.problem == problem)
        let page = ReportPage(title: "T", sections: [section]).rendered()
        #expect(page.problems.map(\.description) == ["section 'map': There is nothing to show: \(problem)."])
        #expect(page.html.contains("There is nothing to show: \(problem).</p>"))
    }
}
