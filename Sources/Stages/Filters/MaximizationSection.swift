import FeatureVisualization
import Imaging
import Pipeline
import Reporting
import Tensors

/// What maximized units have to show: their images, the course of the objective, and what went wrong.
enum MaximizationSection {
    static func write(_ results: [MaximizedUnit], _ io: StageIO) throws {
        let summary = SummaryWriter(io)
        var section = SectionContent(
            title: "What excites " + Set(results.map(\.unit.layer)).sorted().joined(separator: ", "))
        section.metric("units", results.count)
        section.metric("size", "\(results[0].image.shape[1])×\(results[0].image.shape[2])", unit: "pixels")
        section.gallery(
            try results.enumerated().map { index, result in
                try summary.save(
                    Image(result.image).encodedPNG(), as: "unit-\(index).png",
                    caption: "\(result.unit): \(NumberFormat.automatic.text(Double(result.activation)))",
                    alternative: "Image that excites \(result.unit)", width: 144,
                    isPixelated: result.image.shape[2] < 100)
            }, caption: "Below each image: the unit, and what it answers to the image as it is.")
        let failed = results.filter { $0.outcome != .healthy }
        if !failed.isEmpty {
            section.note(
                "\(failed.count) of \(results.count) images say little: "
                    + failed.map { "\($0.unit) is \($0.outcome.rawValue)" }.joined(separator: ", ") + ".")
            io.warn(
                "\(failed.count) of \(results.count) units could not be maximized well, \(failed[0].unit) (\(failed[0].outcome.rawValue)) first"
            )
        }
        let shown = results.prefix(10)
        let plot = LinePlot(
            series: shown.map { LinePlot.Series($0.unit.description, $0.objective.map(Double.init)) },
            title: "Activation over the steps", xAxis: Axis("step", hasWholeNumbers: true),
            yAxis: Axis("mean activation"))
        try section.details("How it went") { inner in
            inner.picture(
                try summary.save(
                    plot, as: "objective.png",
                    caption: results.count > 10 ? "The first 10 of \(results.count) units." : "",
                    alternative: "The activation of each unit over the steps, as curves"))
        }
        summary.write(section)
    }
}
