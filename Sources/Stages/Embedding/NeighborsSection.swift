import Datasets
import Embedding
import Imaging
import Pipeline
import Reporting
import Tensors

/// What a search for neighbours has to show: samples beside their nearest others.
struct NeighborsSection {
    let points: PointSource.Points
    let table: NeighborTable
    let metric: Metric

    /// - Parameters:
    ///   - shown: positions of the samples with a row.
    ///   - picture: where the picture goes, if there are images.
    func write(_ shown: [Int], of dataset: Dataset?, picture: String, _ io: StageIO) throws {
        let summary = SummaryWriter(io)
        var section = SectionContent(title: "Nearest in \(points.origin)")
        section.metric("samples", table.samples)
        section.metric("metric", metric.rawValue)
        if let labels = points.labels {
            for count in Set([1, table.count]).sorted() {
                let accuracy = neighborAccuracy(table, labels: labels, count: count)
                io.metric("label_accuracy_\(count)", accuracy)
                section.metric(
                    count == 1 ? "label of the nearest" : "label of \(count) nearest", accuracy, format: .percent,
                    explanation: "of the samples have it themselves")
            }
        }
        if let dataset, !shown.isEmpty {
            let figure = try grid(shown, of: dataset, threads: io.threads)
            let png = try figure.png()
            try FileBytes.write(png, to: picture)
            section.picture(
                try summary.save(
                    png, as: "neighbors.png",
                    caption:
                        "Left an image, then its nearest others with class and distance; those of another class are framed.",
                    alternative: "\(shown.count) images, each beside its nearest others", width: Int(figure.size.width))
            )
        }
        section.details("Names") { inner in
            inner.table(
                columns: ["sample"] + (1...shownCount).map { Block.Column("\($0)") },
                rows: shown.map { sample in
                    [.text(points.sampleIDs[sample])]
                        + neighbors(of: sample).map {
                            .text("\(points.sampleIDs[$0.index]) (\(Self.short($0.distance)))")
                        }
                })
        }
        summary.write(section)
    }

    private var shownCount: Int { min(table.count, ReduceNeighborsStage.shownNeighbors) }

    private func neighbors(of sample: Int) -> [(index: Int, distance: Double)] {
        (sample * table.count..<sample * table.count + shownCount).map {
            (Int(table.indices[$0]), table.distances[$0])
        }
    }

    private func grid(_ shown: [Int], of dataset: Dataset, threads: Int) throws -> ImageGrid {
        let cells = try shown.flatMap { sample -> [ImageGrid.Cell] in
            let near = neighbors(of: sample)
            let images = try dataset.images(at: [sample] + near.map(\.index), threads: threads)
            let query = ImageGrid.Cell(Image(images.row(0)), caption: "\(name(of: sample))\nsample \(sample)")
            return [query]
                + near.enumerated().map { rank, neighbor in
                    let image = Image(images.row(rank + 1))
                    let isOther = points.labels.map { $0[neighbor.index] != $0[sample] } ?? false
                    return ImageGrid.Cell(
                        isOther ? image.outlining(rows: 0..<image.height, columns: 0..<image.width, Self.other) : image,
                        caption: "\(name(of: neighbor.index))\n\(Self.short(neighbor.distance))")
                }
        }
        return ImageGrid(cells: cells, columns: shownCount + 1, title: "Nearest in \(points.origin)", cellSide: 72)
    }

    private static let other = Color(0xD55E00)

    /// The class of a sample; without labels what it is called.
    private func name(of sample: Int) -> String {
        guard let label = points.labels?[sample] else { return points.sampleIDs[sample] }
        return points.classNames.indices.contains(label) ? points.classNames[label] : "class \(label)"
    }

    private static func short(_ distance: Double) -> String { NumberFormat.automatic.text(distance) }
}
