import Imaging
import Pipeline
import Reporting
import Tensors

/// What a reduction has to show: the scatter plot of the first two coordinates, and how good the map is.
enum EmbeddingSection {
    static func write(
        method: String, _ positions: Tensor, _ points: PointSource.Points, axisNames: [String],
        metrics: [(name: String, value: Double, explanation: String)],
        pictures: (SummaryWriter) throws -> [Block.Picture] = { _ in [] },
        _ io: StageIO
    ) throws {
        let summary = SummaryWriter(io)
        var section = SectionContent(title: "\(method) of \(points.origin)")
        section.metric("samples", positions.shape[0])
        for metric in metrics {
            section.metric(
                metric.name, metric.value, format: metric.name.hasPrefix("explained") ? .percent : .automatic,
                explanation: metric.explanation)
        }
        if positions.shape[1] >= 2 {
            let plane = Tensor(uninitialized: [positions.shape[0], 2]) { target in
                positions.withUnsafeBufferPointer { source in
                    for sample in 0..<positions.shape[0] {
                        for axis in 0..<2 { target[sample * 2 + axis] = source[sample * positions.shape[1] + axis] }
                    }
                }
            }
            let names = axisNames.count >= 2 ? Array(axisNames.prefix(2)) : ["\(method) 1", "\(method) 2"]
            let plot = ScatterPlot(
                points: plane, classes: points.labels, classNames: points.classNames,
                title: "\(method) of \(points.origin)", xAxis: Axis(names[0]), yAxis: Axis(names[1]))
            section.picture(
                try summary.save(
                    plot, as: "map.png", caption: "Each point is a sample, coloured by its label.",
                    alternative: "\(method) scatter plot of \(positions.shape[0]) samples"))
        }
        for picture in try pictures(summary) { section.picture(picture) }
        summary.write(section)
    }

    static func percent(_ fraction: Double) -> String { NumberFormat.percent.text(fraction) }
    static func short(_ value: Double) -> String { NumberFormat.automatic.text(value) }
}
