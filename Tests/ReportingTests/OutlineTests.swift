import Reporting
import Testing

@Suite struct OutlineTests {
    static let outline = PipelineOutline(stages: [
        .init(label: "images", name: "dataset.load"),
        .init(label: "train", name: "model.train", sources: [.init(stage: 0, output: "dataset")]),
        .init(
            label: "run", name: "model.run",
            sources: [.init(stage: 1, output: "model"), .init(stage: 0, output: "dataset")]),
        .init(label: "map", name: "reduce.tsne", sources: [.init(stage: 2, output: "predictions")]),
        .init(label: "page", name: "report.render", sources: [.init(stage: 3, output: "summary")]),
    ])

    private func html(_ outline: PipelineOutline) -> String {
        let section = ReportPage.Section(label: "train", stage: "model.train", version: 1, content: nil)
        return ReportPage(title: "T", sections: [section], outline: outline).rendered().html
    }

    @Test func `boxes stand right of what they take from and lead to their sections`() throws {
        let html = html(Self.outline)
        let boxes = html.split(separator: "\n").filter { $0.contains("class=\"box ") }
        #expect(boxes.count == 4, "the page itself is not drawn")
        #expect(boxes.filter { $0.hasPrefix("<a href=\"#section-train\">") }.count == 1)
        let places = try boxes.map { box in
            let text = box[box.firstRange(of: "x=\"")!.upperBound...].prefix { $0 != "\"" }
            return try #require(Double(text))
        }
        #expect(places == places.sorted() && Set(places).count == 4)
        #expect(html.components(of: "class=\"arrow\"") == 4)
        #expect(html.contains("takes <bdi>train.model, images.dataset</bdi>"))
    }

    @Test func `boxes of one column do not overlap`() throws {
        let stages =
            [PipelineOutline.Stage(label: "a", name: "x.y")]
            + (0..<20).map { .init(label: "b\($0)", name: "x.y", sources: [.init(stage: 0, output: "o")]) }
        let boxes = html(PipelineOutline(stages: stages)).split(separator: "\n").filter { $0.contains("class=\"box ") }
        let heights = boxes.dropFirst().compactMap { box in
            Double(box[box.firstRange(of: " y=\"")!.upperBound...].prefix { $0 != "\"" })
        }.sorted()
        #expect(heights.count == 20)
        #expect(zip(heights, heights.dropFirst()).allSatisfy { $1 - $0 >= 60 })
        #expect(heights.first! >= 0)
    }

    @Test func `a pipeline of ten thousand stages is a list`() {
        let stages = (0..<10_000).map { index in
            PipelineOutline.Stage(
                label: "s\(index)", name: "x.y", sources: index == 0 ? [] : [.init(stage: index - 1, output: "o")])
        }
        var text = ""
        let time = ContinuousClock().measure { text = html(PipelineOutline(stages: stages)) }
        #expect(text.components(of: "class=\"box ") == 0)
        #expect(text.contains("10000 stages in words") && text.contains("<bdi>s9999</bdi>"))
        #expect(time < .seconds(5))
    }
}
