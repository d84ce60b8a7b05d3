/// What a stage has to show, in reading order:
///
/// ```swift
/// var section = SectionContent()
/// section.metric("accuracy", 0.912, format: .percent, explanation: "of 10,000 test images")
/// section.text("Shirts are mistaken for *T-shirts* most often.")
/// section.picture(try summary.save(png, as: "confusion.png", alternative: "Confusion matrix of ten classes"))
/// ```
public struct SectionContent: Sendable, Hashable {
    /// Beside the name of the stage; `nil` where the name says enough.
    public var title: String?
    public var blocks: [Block]

    public init(title: String? = nil, blocks: [Block] = []) {
        self.title = title
        self.blocks = blocks
    }

    public mutating func append(_ block: Block) { blocks.append(block) }

    // MARK: - Words and numbers

    public mutating func text(_ markdown: String) { append(.text(markdown)) }

    public mutating func note(_ sentence: String) { append(.note(sentence)) }

    /// Adds a number. Metrics that follow each other stand side by side.
    public mutating func metric(_ metric: Block.Metric) {
        if case .metrics(let metrics) = blocks.last {
            blocks[blocks.count - 1] = .metrics(metrics + [metric])
        } else {
            append(.metrics([metric]))
        }
    }

    public mutating func metric(
        _ name: String, _ value: Double, format: NumberFormat = .automatic, unit: String = "", explanation: String = ""
    ) {
        metric(Block.Metric(name, value, format: format, unit: unit, explanation: explanation))
    }

    public mutating func metric(
        _ name: String, _ value: Float, format: NumberFormat = .automatic, unit: String = "", explanation: String = ""
    ) {
        metric(name, Double(value), format: format, unit: unit, explanation: explanation)
    }

    public mutating func metric(_ name: String, _ count: Int, unit: String = "", explanation: String = "") {
        metric(name, Double(count), format: .count, unit: unit, explanation: explanation)
    }

    public mutating func metric(_ name: String, _ value: String, unit: String = "", explanation: String = "") {
        metric(Block.Metric(name, value, unit: unit, explanation: explanation))
    }

    // MARK: - Tables and pictures

    public mutating func table(_ table: Block.Table) { append(.table(table)) }

    public mutating func table(
        caption: String = "", columns: [Block.Column], rows: [[Block.Cell]], note: String = ""
    ) {
        append(.table(Block.Table(caption: caption, columns: columns, rows: rows, note: note)))
    }

    public mutating func picture(_ picture: Block.Picture) { append(.picture(picture)) }

    /// Adds a picture that is, or will be, in the summary folder; ``SummaryWriter`` saves one and makes this value.
    public mutating func picture(
        named file: String, caption: String = "", alternative: String, width: Int? = nil, isPixelated: Bool = false
    ) {
        picture(
            Block.Picture(file, caption: caption, alternative: alternative, width: width, isPixelated: isPixelated))
    }

    public mutating func gallery(_ pictures: [Block.Picture], columns: Int? = nil, caption: String = "") {
        append(.gallery(Block.Gallery(pictures, columns: columns, caption: caption)))
    }

    /// Adds what the closure adds, folded away behind a title.
    public mutating func details<Failure: Error>(
        _ title: String, _ build: (inout SectionContent) throws(Failure) -> Void
    ) throws(Failure) {
        var inner = SectionContent()
        try build(&inner)
        append(.details(title: title, inner.blocks))
    }
}
