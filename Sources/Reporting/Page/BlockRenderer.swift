/// Blocks of one section to HTML; remembers what could not be shown.
struct BlockRenderer {
    let pictureFolder: String?
    private(set) var problems: [String] = []

    init(pictureFolder: String?) { self.pictureFolder = pictureFolder }

    mutating func markup(_ blocks: [Block]) -> Markup {
        var all = Markup(trusted: "")
        for block in blocks { all += markup(block) }
        return all
    }

    private mutating func markup(_ block: Block) -> Markup {
        switch block {
        case .text(let text): Markup(trusted: "<div class=\"prose\">\n\(Markdown.markup(text).html)</div>\n")
        case .note(let text): Template.note.filled(with: NoteView(text: text))
        case .metrics(let metrics): Template.metrics.filled(with: MetricsView(metrics))
        case .table(let table): self.table(table)
        case .picture(let picture): figure(picture)
        case .gallery(let gallery): self.gallery(gallery)
        case .details(let title, let blocks):
            Template.details.filled(with: DetailsView(title: title, content: markup(blocks)))
        case .unreadable(let kind, let reason):
            problem("A block\(kind.isEmpty ? "" : " of kind '\(kind)'") cannot be shown: \(reason).")
        }
    }

    /// What stands in a section that has nothing to show.
    mutating func emptySection(_ reason: String?) -> Markup {
        problem("There is nothing to show: \(reason ?? "the stage left no summary").")
    }

    /// The note that stands where something is missing.
    private mutating func problem(_ what: String) -> Markup {
        problems.append(what)
        return Template.note.filled(with: NoteView(text: what))
    }

    // MARK: - Pictures

    private mutating func figure(_ picture: Block.Picture) -> Markup {
        guard let image = image(picture) else { return missing(picture) }
        return Template.picture.filled(with: PictureView(image: image, caption: picture.caption.nonempty))
    }

    private mutating func gallery(_ gallery: Block.Gallery) -> Markup {
        var pictures: [PictureView] = []
        for picture in gallery.pictures {
            pictures.append(PictureView(image: image(picture) ?? missing(picture), caption: picture.caption.nonempty))
        }
        let columns = gallery.columns.map { min($0, GalleryView.mostColumns) }
        return Template.gallery.filled(
            with: GalleryView(
                arrangement: columns.map { "columns-\($0)" } ?? "flowing", pictures: pictures,
                note: gallery.caption.nonempty))
    }

    private mutating func missing(_ picture: Block.Picture) -> Markup {
        problem("The picture '\(picture.file)' cannot be shown: \(unusable[picture.file] ?? "it is missing").")
    }

    private var images: [String: PictureFile] = [:]
    private var unusable: [String: String] = [:]

    /// `nil` where the file cannot be shown.
    mutating func image(_ picture: Block.Picture) -> Markup? {
        guard let file = file(picture.file) else { return nil }
        var attributes = " alt=\"\(Markup.escaped(picture.alternative))\""
        if picture.isPixelated { attributes += " class=\"pixelated\"" }
        if let width = picture.width ?? file.size?.width {
            attributes += " width=\"\(width)\""
            if let size = file.size {
                let height = (Double(width) * Double(size.height) / Double(size.width)).rounded()
                attributes += " height=\"\(max(Int(height), 1))\""
            }
        }
        return Markup(trusted: "<img src=\"\(file.dataURI)\"\(attributes)>")
    }

    private mutating func file(_ name: String) -> PictureFile? {
        if let file = images[name] { return file }
        do throws(PictureFile.Unusable) {
            guard let pictureFolder else { throw PictureFile.Unusable(reason: "the stage left no pictures") }
            let file = try PictureFile(name, in: pictureFolder)
            images[name] = file
            return file
        } catch {
            unusable[name] = error.reason
            return nil
        }
    }

    // MARK: - Tables

    private mutating func table(_ table: Block.Table) -> Markup {
        var rows = ""
        for row in table.rows {
            rows += "<tr>"
            for (cell, column) in zip(row, table.columns) {
                rows += "<td class=\"\(column.alignment.rawValue)\">\(markup(cell).html)</td>"
            }
            rows += "</tr>\n"
        }
        let columns = table.columns.map { TableView.Column(title: $0.title, alignment: $0.alignment.rawValue) }
        return Template.table.filled(
            with: TableView(
                caption: table.caption.nonempty, columns: columns, rows: Markup(trusted: rows),
                note: table.note.nonempty, name: table.caption.nonempty ?? "Table"))
    }

    private mutating func markup(_ cell: Block.Cell) -> Markup {
        switch cell {
        case .text(let text): Markup(trusted: "<bdi>\(Markup.escaped(text))</bdi>")
        case .picture(let picture): image(picture) ?? missing(picture)
        case .bar(let fraction, let text):
            // Lengths are attributes of SVG: inline styles are forbidden on the page.
            Markup(
                trusted: """
                    <span class="bar"><svg aria-hidden="true"><rect width="\(Self.percentage(fraction))" \
                    height="100%"/></svg><bdi>\(Markup.escaped(text))</bdi></span>
                    """)
        }
    }

    private static func percentage(_ fraction: Double) -> String {
        let share = fraction.isNaN ? 0 : min(max(fraction, 0), 1)
        return NumberFormat.fixed(2).digits(share * 100) + "%"
    }
}

// MARK: - What templates are filled with

private struct NoteView {
    var text: String
}

private struct MetricsView {
    struct Metric {
        var name: String
        var value: String
        var unit: String?
        var explanation: String?
    }

    var metrics: [Metric]

    init(_ metrics: [Block.Metric]) {
        self.metrics = metrics.map {
            Metric(name: $0.name, value: $0.value, unit: $0.unit.nonempty, explanation: $0.explanation.nonempty)
        }
    }
}

private struct DetailsView {
    var title: String
    var content: Markup
}

private struct PictureView {
    var image: Markup
    var caption: String?
}

private struct GalleryView {
    /// As many classes as the style sheet has.
    static let mostColumns = 16

    var arrangement: String
    var pictures: [PictureView]
    var note: String?
}

struct TableView {
    struct Column {
        var title: String
        var alignment: String
    }

    var caption: String?
    var columns: [Column]
    var rows: Markup
    var note: String?
    /// For those who hear the page.
    var name: String
}

extension String {
    /// `nil` where there is nothing, which templates can ask for.
    var nonempty: String? { isEmpty ? nil : self }
}
