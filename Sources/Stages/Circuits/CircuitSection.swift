import Circuits
import Imaging
import Pipeline
import Reporting
import Tensors

/// What a ranked filter has to show: its strongest kernels in sign colours, with their numbers.
enum CircuitSection {
    static func write(
        _ ranking: CircuitRanking, _ contributions: ChannelContributions?, _ uses: [DownstreamUse], _ io: StageIO
    ) throws {
        let summary = SummaryWriter(io)
        var section = SectionContent(title: "Filter \(ranking.filter) of \(ranking.layer)")
        section.metric("input channels", ranking.channelCount, explanation: "one kernel each")
        section.metric("kept", ranking.kernels.count, explanation: "the strongest by L2 norm")
        if ranking.negligibleCount > 0 {
            section.metric(
                "negligible", ranking.negligibleCount,
                explanation: "weaker than \(Int(CircuitRanking.negligibleShare * 100)) % of the strongest")
        }
        section.text(ranking.upstream.remark)
        let reach = ranking.kernels.map { $0.kernel.symmetricRange.upperBound }.max() ?? 1
        let range = -max(reach, .leastNormalMagnitude)...max(reach, .leastNormalMagnitude)
        var columns: [Block.Column] = [
            "kernel", "reads", .number("L2 norm"), .number("e"), .number("positive"), "mostly",
        ]
        if contributions != nil { columns += [.number("contribution"), .number("its rank")] }
        let places = Dictionary(
            uniqueKeysWithValues: (contributions?.ranking ?? []).enumerated().map { ($1, $0 + 1) })
        let rows = try ranking.kernels.enumerated().map { index, kernel -> [Block.Cell] in
            let png = try Image(kernel.kernel, range: range, colors: .diverging).encodedPNG()
            let picture = try summary.save(
                png, as: "kernel-\(index).png", alternative: "Kernel of input channel \(kernel.channel)", width: 48,
                isPixelated: true)
            var cells: [Block.Cell] = [
                .picture(picture),
                .text(
                    kernel.origin.layer.map { "\($0):\(kernel.origin.channel)" } ?? "image channel \(kernel.channel)"),
                .number(kernel.statistics.l2), .number(kernel.statistics.excitation, format: .fixed(2)),
                .number(kernel.statistics.positiveFraction, format: .percent),
                .text(
                    kernel.statistics.tendency == .balanced
                        ? "balanced" : kernel.statistics.tendency == .excitatory ? "excitatory" : "inhibitory"),
            ]
            if let contributions {
                cells.append(.number(contributions.meanAbsolute[kernel.channel - contributions.channels.lowerBound]))
                cells.append(.count(places[kernel.channel] ?? 0))
            }
            return cells
        }
        section.table(
            caption: "The strongest kernels: blue below zero, red above, one scale for all", columns: columns,
            rows: rows,
            note: contributions == nil
                ? "e = Σw / Σ|w|"
                : "e = Σw / Σ|w|; contribution is the mean of |channel convolved with its kernel| over the images")
        if let contributions { note(disagreement: ranking, contributions, &section) }
        if !uses.isEmpty {
            section.details("Who uses this filter") { inner in
                inner.table(
                    columns: ["filter", .number("L2 norm"), .number("e")],
                    rows: uses.map { use in
                        [
                            .text("\(use.layer):\(use.filter)"), .number(use.statistics.l2),
                            .number(use.statistics.excitation, format: .fixed(2)),
                        ]
                    })
            }
        }
        summary.write(section)
    }

    /// Says when the strongest weights are not what matters most on real images.
    private static func note(
        disagreement ranking: CircuitRanking, _ contributions: ChannelContributions, _ section: inout SectionContent
    ) {
        let kept = Set(ranking.kernels.map(\.channel))
        let missing = contributions.ranking.prefix(kept.count).filter { !kept.contains($0) }
        guard !missing.isEmpty else { return }
        section.note(
            "On these images, \(missing.count) of the \(kept.count) channels that contribute most are not among the "
                + "strongest by weight: \(missing.map(String.init).joined(separator: ", ")).")
    }
}
