import Pipeline
import Reporting

/// What extracted activations have to show: numbers of each layer.
enum ActivationsSection {
    static func write(
        _ layers: [(name: String, shape: [Int], moments: RunningMoments)], images: Int, pool: String, _ io: StageIO
    ) throws {
        var section = SectionContent(title: "Activations")
        section.metric("images", images)
        section.metric("layers", layers.count)
        if pool != "none" { section.metric("maps", pool, explanation: "of each map is kept") }
        section.table(
            columns: [
                "layer", .number("shape"), .number("mean"), .number("standard deviation"), .number("least"),
                .number("greatest"), .number("exact zeros"),
            ],
            rows: layers.map { layer in
                [
                    .text(layer.name), .text(layer.shape.map(String.init).joined(separator: "×")),
                    .number(layer.moments.mean), .number(layer.moments.standardDeviation),
                    .number(Double(layer.moments.minimum)), .number(Double(layer.moments.maximum)),
                    .share(layer.moments.sparsity),
                ]
            })
        SummaryWriter(io).write(section)
    }
}
