import Imaging
import Pipeline
import Reporting
import Tensors

/// What a styled image has to show: the pictures it is made of, itself, and the course of the loss.
enum StyleSection {
    static func write(_ record: StyleRecord, _ io: StageIO) throws {
        let summary = SummaryWriter(io)
        var section = SectionContent(title: "Content of one picture, style of another")
        section.metric("steps", record.steps - 1)
        section.metric("loss", record.total.last!, explanation: "\(number(record.total[0])) at the start")
        let cells =
            [("content", record.content), ("style", record.style)].map { ImageGrid.Cell(Image($1), caption: $0) }
            + record.snapshots.map { ImageGrid.Cell(Image($0.image), caption: "after \($0.iteration) steps") }
            + [ImageGrid.Cell(Image(record.image), caption: "the image")]
        section.picture(
            try summary.save(
                ImageGrid(cells: cells, columns: min(cells.count, 5), cellSide: 224), as: "image.png",
                alternative: "The content, the style, and the image that was made of both"))
        if record.style.shape != record.content.shape {
            section.note(words(forStyle: record.style.shape, content: record.content.shape))
        }
        let curves = [
            ("all", record.total), ("content", record.contentTotal), ("style", record.styleTotal),
            ("total variation", record.variation),
        ]
        let plot = LinePlot(
            series: curves.map { LinePlot.Series($0, $1.map(Double.init), startingAt: 0) },
            title: "Loss over the steps", xAxis: Axis("step", hasWholeNumbers: true), yAxis: Axis("loss"))
        try section.details("How it went") { inner in
            inner.picture(
                try summary.save(plot, as: "loss.png", alternative: "The loss and its parts over the steps, as curves"))
            inner.table(
                columns: ["part", "layer", .number("at the start"), .number("at the end")],
                rows: [("content", record.contentLosses), ("style", record.styleLosses)].flatMap { name, losses in
                    losses.layers.enumerated().map { index, layer in
                        [
                            .text(name), .text(layer), .number(Double(losses.values[0][index])),
                            .number(Double(losses.values.last![index])),
                        ]
                    }
                })
        }
        summary.write(section)
    }

    /// What becomes of a style of another size than the content; shapes are `[channels, height, width]`.
    static func words(forStyle style: [Int], content: [Int]) -> String {
        "The style has \(style[2])×\(style[1]) pixels and the content \(content[2])×\(content[1]). How channels go together "
            + "does not depend on size, so the style is taken as it is, and its strokes keep their size in pixels."
    }

    private static func number(_ value: Float) -> String { NumberFormat.automatic.text(Double(value)) }
}
