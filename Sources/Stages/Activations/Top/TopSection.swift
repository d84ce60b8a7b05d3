import Datasets
import Imaging
import NeuralNetwork
import Pipeline
import Reporting
import Tensors
import UnitStatistics

/// What a search for examples has to show: for each unit its patches, and the classes that excite it.
struct TopSection {
    let model: Model
    let dataset: Dataset
    let patches: ExamplePatches
    let check: ExampleCheck

    /// Units at the top of the section; the others are folded away.
    private static let openUnits = 12
    private static let classesShown = 5

    /// - Parameters:
    ///   - drawn: places of the units that are drawn.
    ///   - folder: where the pictures go, too.
    func write(
        _ search: ExampleSearch, drawn: [Int], pictures folder: String, _ io: StageIO
    ) throws {
        let units = search.units
        let summary = SummaryWriter(io)
        let layers = Set(units.map(\.layer)).sorted()
        var section = SectionContent(
            title: "Images that excite " + (layers.count <= 3 ? layers.joined(separator: ", ") : "units"))
        section.metric("images", dataset.count, explanation: "searched")
        section.metric("units", units.count)
        section.metric(
            "computed again",
            "\(NumberFormat.count.text(Double(check.exampleCount))) of "
                + "\(NumberFormat.count.text(Double(check.totalCount)))", unit: "examples",
            explanation: "the best and least of \(check.unitCount) of \(units.count) units; the largest difference is "
                + NumberFormat.automatic.text(check.worst?.deviation ?? 0) + " of the unit's largest")
        if drawn.count < units.count {
            section.note("The first \(drawn.count) of \(units.count) units are drawn; top.h5 has the numbers of all.")
        }
        section.text(
            "The first row holds what a unit sees where it answers most, with the activation and the name of the image; the "
                + "row below the images themselves, the part outlined. Below that stands what excites it least, the whole image where "
                + "the unit is silent, and the classes that excite it.")
        var rest = SectionContent()
        for place in drawn {
            try io.checkCancelled()
            let unit = units[place]
            let figure = try patches.figure(
                unit, named: name(unit), most: search.examples.most(of: place), least: search.examples.least(of: place),
                classes: search.classes.map { classBars($0, place) }, threads: io.threads)
            let png = try figure.png()
            try FileBytes.write(png, to: "\(folder)/\(FileName.safe(unit.layer))-\(unit.channel).png")
            let picture = try summary.save(
                png, as: "unit-\(place).png", alternative: "Images that excite \(name(unit)) most and least",
                width: Int(figure.size.width))
            let classes = search.classes.map { classTable($0, place) }
            if place < Self.openUnits {
                section.picture(picture)
                if let classes { section.table(classes) }
            } else {
                rest.picture(picture)
                if let classes { rest.table(classes) }
            }
        }
        if !rest.blocks.isEmpty {
            section.append(.details(title: "\(drawn.count - Self.openUnits) more units", rest.blocks))
        }
        summary.write(section)
    }

    /// `classifier.6:207 (golden retriever)`
    private func name(_ unit: NetworkUnit) -> String {
        let isScore = unit.node == model.network.logitsNode || unit.node == model.network.nodes.count - 1
        guard isScore, model.classNames.indices.contains(unit.channel) else { return unit.description }
        return "\(unit) (\(model.classNames[unit.channel]))"
    }

    /// The classes of the table as bars.
    private func classBars(_ classes: ClassResponses, _ unit: Int) -> BarPlot {
        let best = classes.meanOfBest.row(unit).scalars
        let ranking = ClassResponses.ranked(best[...])
        return BarPlot(
            bars: ranking.prefix(Self.classesShown).map { BarPlot.Bar(className($0), Double(best[$0])) },
            title: ranking.count > Self.classesShown
                ? "the first \(Self.classesShown) of \(ranking.count) classes" : "classes",
            valueAxis: Axis("mean activation of the ten best images"))
    }

    private func className(_ label: Int) -> String {
        dataset.classNames.indices.contains(label) ? dataset.classNames[label] : "class \(label)"
    }

    private func classTable(_ classes: ClassResponses, _ unit: Int) -> Block.Table {
        let range = unit * classes.classCount..<(unit + 1) * classes.classCount
        let (best, mean) = (classes.meanOfBest.scalars[range], classes.mean.scalars[range])
        let ranking = ClassResponses.ranked(best)
        let greatest = ranking.first.map { max(Double(best[range.lowerBound + $0]), .leastNormalMagnitude) } ?? 1
        let rows = ranking.prefix(Self.classesShown).map { label -> [Block.Cell] in
            let value = Double(best[range.lowerBound + label])
            return [
                .text(className(label)),
                .bar(fraction: value / greatest, text: NumberFormat.automatic.text(value)),
                .number(Double(mean[range.lowerBound + label])), .count(classes.imageCounts[label]),
            ]
        }
        return Block.Table(
            columns: ["class", "mean of its ten best images", .number("mean of all"), .number("images")], rows: rows,
            note: ranking.count > rows.count ? "the first \(rows.count) of \(ranking.count) classes" : "")
    }
}
