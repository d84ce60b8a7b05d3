import Foundation
import JSONValues
import Storage

extension ReportPage {
    /// The page as HTML.
    ///
    /// What is missing (a section without content, a picture without file, a block from a newer version) becomes a note on
    /// the page, and a problem beside it.
    public func rendered() -> RenderedPage {
        var anchors = Anchors()
        var problems: [RenderedPage.Problem] = []
        var contents: [PageView.Entry] = []
        var markup = Markup(trusted: "")
        let sectionAnchors = sections.map { anchors.next(for: $0.label) }
        let sweeps = Sweep.all(in: sections)
        // Instances have one title between them.
        let captions = sweeps.values.reduce(into: [Int: String]()) { captions, sweep in
            for row in sweep.rows { captions[row.section] = sweep.caption(of: row) }
        }
        for (index, (section, anchor)) in zip(sections, sectionAnchors).enumerated() {
            if let sweep = sweeps[index] {
                let table = anchors.next(for: sweep.name)
                markup += sweep.markup(anchor: table, sections: sections, anchors: sectionAnchors)
                contents.append(
                    PageView.Entry(anchor: table, title: sweep.title, family: stageFamily(section.stage)))
            }
            let (html, notes) = section.markup(anchor: anchor)
            markup += html
            problems += notes.map { RenderedPage.Problem(section: section.label, what: $0) }
            contents.append(
                PageView.Entry(
                    anchor: anchor, title: captions[index] ?? section.heading, family: stageFamily(section.stage)))
        }
        let view = PageView(
            title: title, policy: PageStyle.contentSecurityPolicy, style: Markup(trusted: PageStyle.sheet),
            text: text.isEmpty ? nil : Markdown.markup(text, topLevel: 2),
            contents: contents.isEmpty ? nil : PageView.Contents(entries: contents),
            pipeline: outline.flatMap { pipeline($0, anchors: sectionAnchors) }, sections: markup,
            versions: versions.isEmpty ? nil : versions.map { "\($0.name) \($0.version)" }.joined(separator: ", "))
        return RenderedPage(html: Template.page.filled(with: view).html, problems: problems)
    }

    private func pipeline(_ outline: PipelineOutline, anchors: [String]) -> Markup? {
        if outline.stages.isEmpty { return nil }
        let anchorOfLabel = Dictionary(
            zip(sections.map(\.label), anchors), uniquingKeysWith: { first, _ in first })
        let links = outline.stages.indices.reduce(into: [Int: String]()) { links, index in
            links[index] = anchorOfLabel[outline.stages[index].label]
        }
        let steps = outline.stages.enumerated().map { index, stage in
            let sources = stage.sources.map { source in
                "\(outline.stages[source.stage].label).\(source.output)"
            }
            return PipelineView.Step(
                label: stage.label, name: stage.name, link: links[index],
                sources: sources.isEmpty ? nil : sources.joined(separator: ", "))
        }
        return Template.pipeline.filled(
            with: PipelineView(
                count: outline.stages.count == 1 ? "One stage" : "\(outline.stages.count) stages",
                drawing: PipelineDrawing(outline, links: links), steps: steps))
    }
}

extension ReportPage.Section {
    fileprivate var heading: String { content?.title?.nonempty ?? label }

    fileprivate func markup(anchor: String) -> (Markup, problems: [String]) {
        var renderer = BlockRenderer(pictureFolder: pictureFolder)
        let blocks = content?.blocks ?? []
        let content = blocks.isEmpty ? renderer.emptySection(problem) : renderer.markup(blocks)
        let settings = (parameters.object ?? [:]).map { key, value in
            SectionView.Parameter(name: key, value: value.string ?? value.canonicalText)
        }
        let view = SectionView(
            anchor: anchor, title: heading, label: label, stage: stage, version: version,
            family: stageFamily(stage), content: content,
            parameters: settings.isEmpty ? nil : SectionView.Parameters(list: settings), digest: digest.nonempty)
        return (Template.section.filled(with: view), renderer.problems)
    }
}

// MARK: - What templates are filled with

private struct PageView {
    struct Entry {
        var anchor: String
        var title: String
        var family: String
    }

    struct Contents {
        var entries: [Entry]
    }

    var title: String
    var policy: String
    var style: Markup
    var text: Markup?
    var contents: Contents?
    var pipeline: Markup?
    var sections: Markup
    var versions: String?
}

private struct PipelineView {
    struct Step {
        var label: String
        var name: String
        var link: String?
        var sources: String?
    }

    var count: String
    var drawing: PipelineDrawing?
    var steps: [Step]
}

private struct SectionView {
    struct Parameter {
        var name: String
        var value: String
    }

    struct Parameters {
        var list: [Parameter]
    }

    var anchor: String
    var title: String
    var label: String
    var stage: String
    var version: Int
    var family: String
    var content: Markup
    var parameters: Parameters?
    var digest: String?
}
