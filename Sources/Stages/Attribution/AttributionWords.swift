import Attribution
import Datasets
import Reporting

/// What is explained, in words for captions and pages.
struct AttributionWords {
    private let target: AttributionTarget
    private let score: ExplainedScore
    private let classes: NamedClasses
    private let dataset: Dataset

    init(_ target: AttributionTarget, _ score: ExplainedScore, _ classes: NamedClasses, _ dataset: Dataset) {
        (self.target, self.score, self.classes, self.dataset) = (target, score, classes, dataset)
    }

    /// `the logit of tench`
    var explained: String {
        switch target {
        case .predictedClass: "the \(score) of the class that the network predicts"
        case .classIndex(let index): "the \(score) of \(classes.name(index))"
        case .unit: "the unit `\(target)`"
        }
    }

    /// `logit of tench: 12.3`
    func explained(of index: Int, _ score: Double) -> String {
        let number = NumberFormat.automatic.text(score)
        if case .unit = target { return "\(target): \(number)" }
        return "\(self.score) of \(classes.name(index)): \(number)"
    }

    /// `label tench`; `nil` where the data set has none.
    func label(of sample: Int) -> String? {
        guard let label = dataset.labels?[sample], label >= 0 else { return nil }
        return "label \(NamedClasses(dataset.classNames).name(label))"
    }

    /// Whether a map that is constant may be so because the score cannot move.
    var isProbability: Bool {
        if case .unit = target { false } else { score == .probability }
    }
}
