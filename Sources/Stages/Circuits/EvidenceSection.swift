import Circuits
import Datasets
import Imaging
import NeuralNetwork
import Pipeline
import Reporting
import Tensors
import UnitStatistics

/// What evidence has to show: the scores of all filters, and what excites the most divided ones, by cluster.
struct EvidenceSection {
    let model: Model
    let dataset: Dataset

    /// Filters whose clusters are drawn: those that fall apart most, compared with one cloud.
    private static let drawn = 4
    /// Pictures of a cluster.
    private static let perCluster = 6

    func write(_ evidence: [FilterEvidence], _ io: StageIO) throws {
        let summary = SummaryWriter(io)
        let layers = Set(evidence.map(\.unit.layer)).sorted()
        var section = SectionContent(
            title: "Evidence on filters" + (layers.count <= 3 ? " of " + layers.joined(separator: ", ") : ""))
        section.metric("filters", evidence.count)
        section.metric("images", dataset.count, explanation: "searched")
        let silent = evidence.filter(\.examples.isEmpty).count
        if silent > 0 { section.metric("silent", silent, explanation: "no image excites them") }
        let measured = evidence.filter { !$0.separation.silhouettes.isEmpty }
        section.metric(
            "divided", measured.filter(\.null.isExceeded).count,
            explanation: "fall apart more than one cloud does, chance at most \(SeparationNull.significance)")
        section.table(separations(evidence))
        section.table(responses(evidence))
        section.table(siblings(evidence))
        let divided = measured.enumerated().sorted {
            ($1.element.excess, $0.offset) < ($0.element.excess, $1.offset)
        }.map(\.element).prefix(Self.drawn)
        for filter in divided {
            let figure = try clusters(filter, io.threads)
            section.picture(
                try summary.save(
                    figure, as: "clusters-\(FileName.safe(filter.unit.layer))-\(filter.unit.channel).png",
                    caption: "What excites \(filter.unit): a row for each cluster, and what it answers to each image",
                    alternative: "What excites \(filter.unit), by cluster"))
        }
        summary.write(section)
    }

    private func separations(_ evidence: [FilterEvidence]) -> Block.Table {
        let rows = evidence.map { filter -> [Block.Cell] in
            [
                .text(filter.unit.description), Self.number(filter.separation.silhouette),
                Self.number(filter.null.mean), Self.number(filter.null.chance),
                .text(filter.separation.silhouettes.isEmpty ? "–" : "\(filter.separation.count)"),
            ]
        }
        return Block.Table(
            caption: "Whether unlike things excite a filter",
            columns: [
                "filter", .number("separation"), .number("of one cloud"), .number("chance"), .number("clusters"),
            ],
            rows: rows,
            note:
                "separation: mean silhouette of the best of two to six clusters, −1...1. Of one cloud: the same of points "
                + "drawn from one normal distribution like them, and the chance that these reach it; only up to "
                + "\(SeparationNull.significance) do unlike things excite the filter. At least "
                + "\(ClusterSeparation.leastPoints) images are needed.")
    }

    private func responses(_ evidence: [FilterEvidence]) -> Block.Table {
        let families = ImageChange.Family.allCases
        let names: [ImageChange.Family: String] = [
            .shift: "shifted", .tilt: "tilted", .turn: "turned", .mirror: "mirrored", .scale: "scaled",
        ]
        let rows = evidence.map { filter -> [Block.Cell] in
            [.text(filter.unit.description)] + families.map { Self.number(filter.invariance.kept(by: $0)) }
        }
        return Block.Table(
            caption: "What is left of a filter's response to changed images",
            columns: ["filter"] + families.map { .number(names[$0]!) }, rows: rows,
            note:
                "responses to changed images over those to the images as they are; 1 where the change is nothing to it")
    }

    private func siblings(_ evidence: [FilterEvidence]) -> Block.Table {
        let families = FilterEquivariance.Family.allCases
            .filter { family in evidence.contains { $0.equivariance.matches[family] != nil } }
        let names: [FilterEquivariance.Family: String] = [
            .rotation: "turned", .reflection: "mirrored", .hue: "other colours", .unchanged: "unchanged",
        ]
        var columns: [Block.Column] = ["filter"]
        for family in families { columns += [Block.Column(names[family]!), .number("cosine")] }
        let rows = evidence.map { filter -> [Block.Cell] in
            var cells: [Block.Cell] = [.text(filter.unit.description)]
            for family in families {
                if let match = filter.equivariance.matches[family] {
                    let words = match.change.isEmpty ? "\(match.filter)" : "\(match.filter) (\(match.change))"
                    cells += [.text(words), Self.number(match.cosine)]
                } else {
                    cells += [.text("–"), .text("–")]
                }
            }
            return cells
        }
        return Block.Table(
            caption: "The sibling that comes nearest to the filter after a change, with the cosine of their weights",
            columns: columns, rows: rows,
            note:
                "A change speaks for a family of filters where its cosine is well above that of the filter unchanged. "
                + "Turned filters of later layers read turned units, matched in the same way one layer before.")
    }

    /// A row for each cluster, of the parts of the images that the filter sees.
    private func clusters(_ filter: FilterEvidence, _ threads: Int) throws -> Panels {
        let patches = ExamplePatches(model.network, dataset)
        let images = try dataset.images(at: filter.examples.map(\.sample), threads: threads)
        let rows = (0..<filter.separation.count).map { cluster -> ImageGrid in
            let members = filter.examples.indices.filter { filter.separation.clusters[$0] == cluster }
            let cells = members.prefix(Self.perCluster).map { index -> ImageGrid.Cell in
                let example = filter.examples[index]
                return ImageGrid.Cell(
                    Image(patches.patch(of: example, filter.unit).cut(from: images.row(index))),
                    caption: NumberFormat.automatic.text(Double(example.activation)))
            }
            return ImageGrid(
                cells: cells, columns: Self.perCluster,
                title: "\(members.count) image\(members.count == 1 ? "" : "s")", cellSide: 96)
        }
        return Panels(rows, columns: 1)
    }

    private static func number(_ value: Double) -> Block.Cell {
        value.isNaN ? .text("–") : .number(value, format: .fixed(2))
    }
}

extension FilterEvidence {
    /// By how much the separation exceeds that of one cloud.
    fileprivate var excess: Double { separation.silhouette - null.mean }
}
