import Embedding
import Imaging
import Pipeline
import Reporting

/// What a judgement of maps has to show: one table of all of them, and how much of neighbourhoods of each size they keep.
enum QualitySection {
    static func write(
        _ judged: [(name: String, map: MapQuality)], _ judge: MapJudge, of origin: String, samples: Int, _ io: StageIO
    ) throws {
        let settings = judge.settings
        let summary = SummaryWriter(io)
        var section = SectionContent(title: "Maps of \(origin)")
        section.metric("samples", samples)
        section.metric("maps", judged.count)
        let votes = judge.pointAccuracies == nil ? [] : settings.votes
        let columns: [Block.Column] =
            ["map", .number("divergence in nats")] + settings.neighbors.map { .number("overlap of \($0)") }
            + votes.map { .number($0 == 1 ? "label of the nearest" : "label of \($0) nearest") }
            + [.number("trustworthiness"), .number("triplets")]
        var rows = judged.map { name, map -> [Block.Cell] in
            let shares = (map.overlaps + (map.accuracies ?? [])).map { Block.Cell.number($0, format: .percent) }
            return [.text(name), .number(map.divergence, format: .fixed(3))] + shares
                + [.number(map.trustworthiness, format: .fixed(4)), .number(map.tripletAccuracy, format: .percent)]
        }
        if let own = judge.pointAccuracies {
            let empty: [Block.Cell] = ["", ""]
            rows.append(
                ["the points themselves", ""] + settings.neighbors.map { _ in "" }
                    + own.map { .number($0, format: .percent) } + empty)
        }
        section.table(columns: columns, rows: rows)
        if settings.neighbors.count > 1 {
            let order = settings.neighbors.indices.sorted { settings.neighbors[$0] < settings.neighbors[$1] }
            let plot = LinePlot(
                series: judged.map { name, map in
                    LinePlot.Series(
                        name, x: order.map { Double(settings.neighbors[$0]) }, y: order.map { map.overlaps[$0] })
                }, title: "Neighbours kept", xAxis: Axis("nearest neighbours"), yAxis: Axis("share of them in the map"))
            section.picture(
                try summary.save(
                    plot, as: "overlap.png",
                    alternative: "Share of nearest neighbours that each map keeps, by their number"))
        }
        section.details("What the numbers mean") { inner in
            inner.text(ReduceQualityStage.details)
            inner.text(
                "Here the perplexity is \(NumberFormat.automatic.text(settings.perplexity)), trustworthiness is asked of "
                    + "\(settings.trusted) neighbours among at most \(settings.sampleLimit) samples, and "
                    + "\(settings.triplets) triplets begin at each sample.")
        }
        summary.write(section)
    }

    /// The numbers of a single map, for the tables of sweeps.
    static func reportMetrics(_ map: MapQuality, _ settings: MapJudge.Settings, _ io: StageIO) {
        io.metric("kl_divergence", map.divergence)
        for (count, overlap) in zip(settings.neighbors, map.overlaps) { io.metric("overlap_\(count)", overlap) }
        for (count, accuracy) in zip(settings.votes, map.accuracies ?? []) {
            io.metric("label_accuracy_\(count)", accuracy)
        }
        io.metric("trustworthiness", map.trustworthiness)
        io.metric("triplet_accuracy", map.tripletAccuracy)
    }
}
