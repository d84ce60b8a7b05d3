import Datasets
import Imaging
import Pipeline
import Reporting
import Tensors

/// What a classification has to show: accuracy, confusion matrix, and images with their best classes.
enum PredictionsSection {
    static func write(
        _ result: Classification, _ dataset: Dataset, _ matched: MatchedLabels, classNames: [String], _ io: StageIO
    ) throws {
        let summary = SummaryWriter(io)
        let name = NamedClasses(classNames).name
        var section = SectionContent(title: "Classification")
        section.metric("images", result.samples)
        if let accuracy = result.accuracy, let byClass = result.accuracyByClass, let confusion = result.confusion {
            section.metric(
                "accuracy", accuracy, format: .percent, explanation: "of \(result.samples) images told right")
            // Larger matrices are in the HDF5 file; nobody reads a thousand rows.
            if result.classes <= 40 {
                let matrix = HeatMap(
                    values: Tensor(shape: [result.classes, result.classes], confusion.map(Float.init)),
                    rowLabels: (0..<result.classes).map(name), columnLabels: (0..<result.classes).map(name),
                    title: "Confusion matrix", rowName: "true class", columnName: "predicted class",
                    valueAxis: Axis("images", hasWholeNumbers: true))
                section.picture(
                    try summary.save(
                        matrix, as: "confusion.png", alternative: "Confusion matrix of \(result.classes) classes"))
                section.table(
                    caption: "Accuracy by class", columns: ["class", .number("told right"), "most often taken for"],
                    rows: byClass.enumerated().compactMap { label, value in
                        value.map {
                            [.text(name(label)), .share($0), .text(mistaken(label, confusion, result.classes, name))]
                        }
                    })
            }
        }
        try addImages(result, dataset, matched, name, summary, &section)
        summary.write(section)
    }

    /// The wrong class that a class is most often taken for.
    private static func mistaken(_ label: Int, _ confusion: [Int], _ classes: Int, _ name: (Int) -> String) -> String {
        let row = confusion[label * classes..<(label + 1) * classes].enumerated().filter {
            $0.offset != label && $0.element > 0
        }
        guard let worst = row.max(by: { ($0.element, -$0.offset) < ($1.element, -$1.offset) }) else { return "" }
        return "\(name(worst.offset)) (\(worst.element))"
    }

    /// The first images, and the first that were told wrong, with their most probable classes.
    private static func addImages(
        _ result: Classification, _ dataset: Dataset, _ matched: MatchedLabels, _ name: (Int) -> String,
        _ summary: SummaryWriter,
        _ section: inout SectionContent
    ) throws {
        let predicted = result.predicted
        let wrong =
            matched.areClasses ? predicted.indices.filter { predicted[$0] != matched.labels![$0] } : []
        let groups = [
            ("First images", Array(predicted.indices.prefix(12)), "first"),
            ("Told wrong", Array(wrong.prefix(12)), "wrong"),
        ]
        for (title, samples, file) in groups where !samples.isEmpty {
            let images = try dataset.images(at: samples)
            let rows = try samples.enumerated().map { row, sample -> [Block.Cell] in
                let picture = try summary.save(
                    Image(images.row(row)).shownSmall().encodedPNG(), as: "\(file)-\(row).png",
                    alternative: dataset.sampleIDs[sample], width: 64, isPixelated: images.shape[3] < 64)
                var cells: [Block.Cell] = [
                    .picture(picture), .text(matched.labels.map { matched.name($0[sample]) } ?? ""),
                ]
                for rank in 0..<min(result.top, 3) {
                    let place = sample * result.top + rank
                    cells.append(
                        .bar(
                            fraction: Double(result.topProbabilities[place]),
                            text:
                                "\(name(result.topClasses[place])) \(NumberFormat.percent.text(Double(result.topProbabilities[place])))"
                        ))
                }
                return cells
            }
            section.table(
                caption: title,
                columns: ["image", "label"]
                    + (0..<min(result.top, 3)).map { Block.Column(["best", "second", "third"][$0]) },
                rows: rows)
        }
    }
}

extension Image {
    /// The picture at no more than 160 pixels on its longer side, for a page.
    func shownSmall() -> Image {
        let longer = max(width, height)
        guard longer > 160 else { return self }
        return resized(width: max(width * 160 / longer, 1), height: max(height * 160 / longer, 1))
    }
}
