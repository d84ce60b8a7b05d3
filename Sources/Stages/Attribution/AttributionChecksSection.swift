import Imaging
import Pipeline
import Reporting

/// What checks of attributions found: means over the images that they could be computed for, and curves.
enum AttributionChecksSection {
    static func add(
        _ numbers: AttributionNumbers, to section: inout SectionContent, _ summary: SummaryWriter, _ io: StageIO
    ) throws {
        if let gaps = numbers.values("completeness_gap") {
            section.metric(
                "completeness gap", mean(gaps.map(abs)),
                explanation: "mean size of what a map misses of score(image) − score(baseline)")
        }
        addCorrelations(
            "random weights", numbers.values("randomized_weights"),
            "rank correlation with the map of the network with random weights: near 1, the map says nothing of what was "
                + "learned", to: &section, io)
        addCorrelations(
            "other class", numbers.values("class_difference"),
            "rank correlation with the map for the most probable other class: near 1, the map says nothing of the class",
            to: &section, io)
        try addCurves(numbers, to: &section, summary)
    }

    /// The curves of deletion and insertion, the mean over all images.
    private static func addCurves(
        _ numbers: AttributionNumbers, to section: inout SectionContent, _ summary: SummaryWriter
    ) throws {
        let fractions = numbers.contents.fractions
        guard !fractions.isEmpty, numbers.count > 0 else { return }
        section.metric(
            "deletion", mean(numbers.areas(numbers.deletion)),
            explanation: "mean score while the most important pixels are covered: lower is better")
        section.metric(
            "insertion", mean(numbers.areas(numbers.insertion)),
            explanation: "mean score while they are uncovered: higher is better")
        func series(_ name: String, _ curve: [Float]) -> LinePlot.Series {
            let means = fractions.indices.map { step in
                mean(stride(from: step, to: curve.count, by: fractions.count).map { curve[$0] })
            }
            return LinePlot.Series(name, x: fractions.map { Double($0) }, y: means)
        }
        let plot = LinePlot(
            series: [series("deletion", numbers.deletion), series("insertion", numbers.insertion)],
            title: "Mean score of \(numbers.count) images",
            xAxis: Axis("share of pixels, most important first"), yAxis: Axis("score"))
        section.picture(
            try summary.save(
                plot, as: "deletion.png", caption: "Pixels are covered with the model's mean color.",
                alternative: "Curves of deletion and insertion"))
    }

    private static func addCorrelations(
        _ name: String, _ values: [Float]?, _ meaning: String, to section: inout SectionContent, _ io: StageIO
    ) {
        guard let values else { return }
        let finite = values.filter(\.isFinite)
        let whose =
            finite.count == values.count
            ? "of \(values.count) images"
            : "of \(finite.count) of \(values.count) images; of the others, one of the maps is constant"
        if finite.count < values.count {
            io.warn(
                "the check '\(name)' says nothing of \(values.count - finite.count) of \(values.count) images: maps are "
                    + "constant")
        }
        guard !finite.isEmpty else { return section.metric(name, "none", explanation: meaning + "; mean \(whose)") }
        section.metric("\(name) |ρ|", mean(finite.map(abs)), explanation: "mean size of the \(meaning); \(whose)")
        section.metric("\(name) ρ", mean(finite), explanation: "its mean with sign")
    }

    private static func mean(_ values: [Float]) -> Double {
        values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
    }
}
