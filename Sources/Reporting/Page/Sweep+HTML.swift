extension Sweep {
    /// Pictures of more instances would make the page heavy: each is on it a second time.
    private static let pictureLimit = 24
    private static let pictureWidth = 240

    /// As many as stand beside each other on the page.
    private static let mostColumns = 4

    /// - Parameter anchors: of all sections of the page.
    func markup(anchor: String, sections: [ReportPage.Section], anchors: [String]) -> Markup {
        let first = sections[rows[0].section]
        return Template.sweep.filled(
            with: SweepView(
                anchor: anchor, title: title, label: name, stage: first.stage, family: stageFamily(first.stage),
                count: rows.count, table: table(sections, anchors),
                pictures: rows.count > Self.pictureLimit ? nil : pictures(sections, anchors)))
    }

    var title: String { "\(name) by " + axes.map(Self.words).joined(separator: " and ") }

    /// `perplexity 5, seed 0`
    func caption(of row: Row) -> String {
        zip(axes, row.values).map { "\(Self.words($0)) \($1)" }.joined(separator: ", ")
    }

    // MARK: - Parts

    private func table(_ sections: [ReportPage.Section], _ anchors: [String]) -> Markup {
        var html = ""
        let formats = metrics.map(format(of:))
        let best = metrics.map(best)
        for (index, row) in rows.enumerated() {
            html += "<tr>"
            for (axis, value) in row.values.enumerated() {
                let text = "<bdi>\(Markup.escaped(value))</bdi>"
                let link = "<a href=\"#\(anchors[row.section])\" aria-label=\"\(Markup.escaped(caption(of: row)))\">"
                html += "<td class=\"\(alignment(of: axis))\">\(axis == 0 ? "\(link)\(text)</a>" : text)</td>"
            }
            for (column, metric) in metrics.enumerated() {
                let text = row.metrics[metric].map { Markup.escaped(formats[column].text($0)) } ?? ""
                let isBest = best[column].contains(index)
                html += "<td class=\"trailing\">\(isBest ? "<strong class=\"best\">\(text)</strong>" : text)</td>"
            }
            html += "</tr>\n"
        }
        let columns =
            axes.indices.map { TableView.Column(title: Self.words(axes[$0]), alignment: alignment(of: $0)) }
            + metrics.map { TableView.Column(title: Self.words($0), alignment: "trailing") }
        return Template.table.filled(
            with: TableView(
                caption: nil, columns: columns, rows: Markup(trusted: html), note: note(best), name: title))
    }

    private func alignment(of axis: Int) -> String {
        rows.allSatisfy { Double($0.values[axis]) != nil } ? "trailing" : "leading"
    }

    private func note(_ best: [Set<Int>]) -> String? {
        let marked = zip(metrics, best).filter { !$1.isEmpty }.map(\.0)
        guard !marked.isEmpty else { return nil }
        let framed = marked.compactMap { metric in
            frame(of: metric).map { "\(Self.words(metric)) only compares at equal \(Self.words($0))" }
        }
        return (["The best values are bold"] + framed).joined(separator: "; ") + "."
    }

    /// The first picture of each instance; `nil` where none has one.
    private func pictures(_ sections: [ReportPage.Section], _ anchors: [String]) -> SweepView.Pictures? {
        let all = rows.compactMap { row -> SweepView.Picture? in
            let section = sections[row.section]
            guard var picture = section.content?.firstPicture else { return nil }
            picture.width = Self.pictureWidth
            var renderer = BlockRenderer(pictureFolder: section.pictureFolder)
            // Its own section has the note where the picture is missing.
            return renderer.image(picture).map {
                SweepView.Picture(anchor: anchors[row.section], image: $0, caption: caption(of: row))
            }
        }
        // The last axis varies fastest: one row for each value of the others.
        let columns = Set(rows.map { $0.values.last! }).count
        return all.isEmpty
            ? nil
            : SweepView.Pictures(
                arrangement: (2...Self.mostColumns).contains(columns) ? "columns-\(columns)" : "flowing", list: all)
    }

    private static func words(_ name: String) -> String { name.replacing("_", with: " ") }
}

extension SectionContent {
    fileprivate var firstPicture: Block.Picture? {
        for block in blocks {
            if case .picture(let picture) = block { return picture }
            if case .gallery(let gallery) = block, let picture = gallery.pictures.first { return picture }
        }
        return nil
    }
}

private struct SweepView {
    struct Picture {
        var anchor: String
        var image: Markup
        var caption: String
    }

    struct Pictures {
        var arrangement: String
        var list: [Picture]
    }

    var anchor: String
    var title: String
    var label: String
    var stage: String
    var family: String
    var count: Int
    var table: Markup
    var pictures: Pictures?
}
