import Circuits
import Pipeline
import Reporting

/// What a ranked filter has to show: its strongest kernels in sign colours, with their numbers.
enum CircuitSection {
    static func write(
        _ ranking: CircuitRanking, _ contributions: ChannelContributions?, _ uses: [DownstreamUse], _ io: StageIO
    ) throws {
        let summary = SummaryWriter(io)
        var section = SectionContent(title: "Filter \(ranking.filter) of \(ranking.layer)")
        section.kernelCounts(
            of: ranking.channelCount, kept: ranking.kernels.count, negligible: ranking.negligibleCount)
        section.text(ranking.upstream.remark)
        var columns = KernelTable.columns("reads")
        var rows = try KernelTable(ranking.kernels, summary).rows
        var footnote = KernelTable.note
        if let contributions {
            columns += [.number("contribution"), .number("its rank")]
            footnote += "; contribution is the mean of |channel convolved with its kernel| over the images"
            let places = ranking.contributionRanks(contributions)
            for (row, kernel) in ranking.kernels.enumerated() {
                rows[row].append(
                    .number(contributions.meanAbsolute[kernel.channel - contributions.channels.lowerBound]))
                rows[row].append(.count(places[row]))
            }
        }
        section.table(caption: KernelTable.caption, columns: columns, rows: rows, note: footnote)
        if let contributions { note(disagreement: ranking, contributions, &section) }
        if !uses.isEmpty {
            let readers = uses.map {
                KernelTable.Entry(unit: "\($0.layer):\($0.filter)", kernel: $0.kernel, statistics: $0.statistics)
            }
            let table = try KernelTable(readers, pictures: "reader", summary)
            section.details("Who uses this filter") { inner in
                inner.table(columns: KernelTable.columns("read by"), rows: table.rows, note: KernelTable.note)
            }
        }
        summary.write(section)
    }

    /// Says when the strongest weights are not what matters most on real images.
    private static func note(
        disagreement ranking: CircuitRanking, _ contributions: ChannelContributions, _ section: inout SectionContent
    ) {
        let missing = ranking.overlookedChannels(contributions)
        guard !missing.isEmpty else { return }
        section.note(
            "On these images, \(missing.count) of the \(ranking.kernels.count) channels that contribute most are not among the "
                + "strongest by weight: \(missing.map { ranking.upstream.origins[$0].title }.joined(separator: ", ")).")
    }
}
