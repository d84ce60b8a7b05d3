import Datasets
import Imaging
import Pipeline
import Reporting
import UnitStatistics

/// What the statistics of units have to show: how many never answer, numbers of each unit, and bars of single images.
struct UnitsSection {
    let layers: [LayerUnits]
    let levels: [Double]
    let nearDead: Double
    let dataset: Dataset

    /// Share of dead units from which on a layer is worth a warning.
    private static let alarmingShare = 0.1
    /// Units of a layer in the table.
    private static let rowsShown = 64

    func write(_ bars: ImageBars, _ io: StageIO) throws {
        let summary = SummaryWriter(io)
        var section = SectionContent(title: "Units")
        section.metric("images", dataset.count)
        section.metric("units", layers.reduce(0) { $0 + $1.units.count }, explanation: "in \(layers.count) layers")
        for state in [UnitActivity.State.dead, .nearDead, .alwaysOn] {
            section.metric(
                state.rawValue, layers.reduce(0) { $0 + $1.indices(state).count }, explanation: words(state))
        }
        section.table(
            columns: [
                "layer", .number("shape"), .number("dead"), .number("near-dead"), .number("always-on"),
                .number("mean activation"), .number("not above zero"),
            ],
            rows: layers.map { layer in
                [
                    .text(layer.name), .text(layer.shape.map(String.init).joined(separator: "×")),
                    .count(layer.indices(.dead).count), .count(layer.indices(.nearDead).count),
                    .count(layer.indices(.alwaysOn).count), .number(layer.mean(\.mean)), .share(layer.mean(\.sparsity)),
                ]
            })
        warn(io)
        for layer in layers { section.details("The units of \(layer.name)") { add(layer, to: &$0) } }
        if !bars.entries.isEmpty {
            try add(bars, to: &section, summary, folder: io.folder(ActivationsUnitsStage.pictures))
        }
        summary.write(section)
    }

    private func words(_ state: UnitActivity.State) -> String {
        switch state {
        case .dead: "above zero on no image"
        case .nearDead: "above zero on less than \(NumberFormat.automatic.text(nearDead * 100)) % of the images"
        case .alwaysOn: "above zero everywhere on all images"
        case .active: ""
        }
    }

    private func warn(_ io: StageIO) {
        for layer in layers {
            let share = Double(layer.indices(.dead).count) / Double(layer.units.count)
            guard share >= Self.alarmingShare else { continue }
            io.warn("\(NumberFormat.percent.text(share)) of the units of '\(layer.name)' are dead on these images")
        }
    }

    private func add(_ layer: LayerUnits, to section: inout SectionContent) {
        for state in [UnitActivity.State.dead, .nearDead, .alwaysOn] {
            let units = layer.indices(state)
            guard !units.isEmpty else { continue }
            let shown = units.prefix(Self.rowsShown).map(String.init).joined(separator: ", ")
            section.text("\(state.rawValue): \(shown)" + (units.count > Self.rowsShown ? ", …" : ""))
        }
        let shown = layer.units.prefix(Self.rowsShown)
        section.table(
            columns: [
                .number("unit"), "state", .number("mean"), .number("standard deviation"), .number("not above zero"),
                .number("active images"), .number("least"),
            ] + levels.map { .number(NumberFormat.automatic.text($0 * 100) + " %") } + [.number("greatest")],
            rows: shown.enumerated().map { index, unit in
                [
                    .count(index), .text(unit.state == .active ? "" : unit.state.rawValue), .number(unit.mean),
                    .number(unit.standardDeviation), .share(unit.sparsity), .share(unit.activeShare),
                    .number(Double(unit.minimum)),
                ] + unit.quantiles.map { .number(Double($0)) } + [.number(Double(unit.maximum))]
            },
            note: (shown.count < layer.units.count
                ? "the first \(shown.count) of \(layer.units.count) units; all are in units.h5. " : "")
                + (layer.hasExactQuantiles
                    ? "Quantiles are exact."
                    : "Quantiles are within \(NumberFormat.percent.text(LayerActivity.quantileError)) of their values.")
        )
    }

    private func add(
        _ bars: ImageBars, to section: inout SectionContent, _ summary: SummaryWriter, folder: String
    ) throws {
        section.text("What the fully connected layers answer to single images:")
        for index in bars.entries.indices {
            let figure = bars.figure(index)
            let png = try figure.png()
            try FileBytes.write(png, to: "\(folder)/image-\(index).png")
            section.picture(
                try summary.save(
                    png, as: "image-\(index).png", caption: bars.words(index),
                    alternative: "Bars of the fully connected layers. \(bars.words(index))",
                    width: Int(figure.size.width)))
        }
    }
}
