import JSONValues
import Pipeline
import Reporting
import Storage

/// What a page can show of a stage: its summary, or a list of units that it wrote.
struct ReportSource: ArtifactReader {
    /// What a stage will have to show cannot be known before.
    typealias Description = Never
    static let kinds = StageSummary.kinds + UnitsArtifact.kinds

    let section: ReportPage.Section

    init(opening output: StoredOutput) throws {
        section =
            UnitsArtifact.kinds.contains(output.kind)
            ? try Self.list(UnitsArtifact(opening: output).units, output) : try StageSummary(opening: output).section
    }

    private static func list(_ units: [UnitsArtifact.Unit], _ output: StoredOutput) -> ReportPage.Section {
        var content = SectionContent(title: "Units of \(output.label ?? output.port)")
        if units.isEmpty {
            content.note("The list is empty.")
        } else {
            content.table(
                columns: [.number("place"), "layer", .number("index")],
                rows: units.enumerated().map { place, unit in
                    [.count(place + 1), .text(unit.layer), .count(unit.index)]
                })
        }
        return ReportPage.Section(
            label: output.label ?? output.port, stage: "list of units", version: 1, digest: output.digest.hex,
            content: content)
    }
}
