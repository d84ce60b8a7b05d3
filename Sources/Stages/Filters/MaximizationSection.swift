import FeatureVisualization
import Imaging
import Pipeline
import Reporting
import Tensors

/// What maximized units have to show: their images, the course of the objective, and what went wrong.
enum MaximizationSection {
    static func write(_ results: [MaximizedUnit], _ caption: UnitCaption, _ io: StageIO) throws {
        let summary = SummaryWriter(io)
        let isNegative = results.allSatisfy { $0.unit.terms.allSatisfy { $0.weight < 0 } }
        var section = SectionContent(
            title: (isNegative ? "What silences " : "What excites ")
                + Set(results.flatMap(\.unit.layers)).sorted().joined(separator: ", "))
        section.metric("units", Set(results.map(\.unit)).count)
        let sizes = Set(results.map { Array($0.image.shape.dropFirst()) }).sorted { $0.lexicographicallyPrecedes($1) }
        section.metric(
            "size", sizes.map { "\($0[0])×\($0[1])" }.joined(separator: ", "), unit: "pixels")
        section.gallery(
            try results.enumerated().map { index, result in
                try summary.save(
                    Image(result.image).encodedPNG(), as: "unit-\(index).png",
                    caption: "\(caption.text(result)): \(NumberFormat.automatic.text(Double(result.activation)))",
                    alternative: "Image that excites \(caption.text(result))", width: 144,
                    isPixelated: result.image.shape[2] < 100)
            }, caption: "Below each image: the unit, and what it answers to the image as it is.")
        let retried = results.filter { $0.attempts.count > 1 }
        if !retried.isEmpty {
            let better = retried.count { $0.kept > 0 }
            section.note(
                "\(retried.count) of \(results.count) images were begun again, because the first run said little; "
                    + "\(better) of them are from a later run: "
                    + few(retried) { "\($0.name) \($0.attempts.map(\.outcome.rawValue).joined(separator: ", then "))" })
        }
        let failed = results.filter { $0.outcome != .healthy }
        if !failed.isEmpty {
            section.note(
                "\(failed.count) of \(results.count) images say little: "
                    + few(failed) { "\($0.name) is \($0.outcome.rawValue)" })
            io.warn(
                "\(failed.count) of \(results.count) images could not be made well, \(failed[0].name) (\(failed[0].outcome.rawValue)) first"
            )
        }
        let shown = results.prefix(10)
        let plot = LinePlot(
            series: shown.map { LinePlot.Series($0.name, $0.objective.map(Double.init)) },
            title: "Activation over the steps", xAxis: Axis("step", hasWholeNumbers: true),
            yAxis: Axis("objective"))
        try section.details("How it went") { inner in
            for (index, result) in shown.enumerated() {
                guard let steps = MaximizationPictures.steps(of: result, caption) else { continue }
                inner.picture(
                    try summary.save(
                        steps, as: "steps-\(index).png", caption: "After so many steps.",
                        alternative:
                            "The image for \(caption.text(result)) after \(result.snapshots.count) numbers of steps"))
            }
            inner.picture(
                try summary.save(
                    plot, as: "objective.png",
                    caption: results.count > 10 ? "The first 10 of \(results.count) images." : "",
                    alternative: "The activation of each unit over the steps, as curves"))
        }
        summary.write(section)
    }

    /// The first few of a list in words.
    private static func few(_ results: [MaximizedUnit], _ text: (MaximizedUnit) -> String) -> String {
        let shown = results.prefix(5)
        let rest = results.count - shown.count
        return shown.map(text).joined(separator: "; ") + (rest > 0 ? "; and \(rest) more." : ".")
    }
}
