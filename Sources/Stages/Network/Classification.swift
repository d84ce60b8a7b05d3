import Datasets
import Foundation
import JSONValues
import Tensors

/// What logits say about classes.
struct Classification {
    /// `[samples, classes]`.
    let logits: Tensor
    /// Softmax of the logits, `[samples, classes]`.
    let probabilities: Tensor
    /// How many of the best classes are kept for each sample.
    let top: Int
    /// `[samples, top]`, the most probable first, equal ones by class.
    let topClasses: [Int]
    let topProbabilities: [Float]
    /// Counts `[true, predicted]` in row-major order; `nil` without labels, or where a label is no class of the network.
    let confusion: [Int]?

    init(logits: Tensor, labels: [Int]?, top: Int) {
        let (samples, classes) = (logits.shape[0], logits.shape[1])
        let kept = min(top, classes)
        self.logits = logits
        self.top = kept
        var best: [Int] = []
        var bestProbabilities: [Float] = []
        var confusion = [Int](repeating: 0, count: classes * classes)
        var fits = labels != nil
        probabilities = Tensor(uninitialized: logits.shape) { target in
            logits.withUnsafeBufferPointer { source in
                for sample in 0..<samples {
                    let row = UnsafeBufferPointer(rebasing: source[sample * classes..<(sample + 1) * classes])
                    let highest = row.max() ?? 0
                    let exponentials = row.map { exp(Double($0 - highest)) }
                    let sum = exponentials.reduce(0, +)
                    for index in 0..<classes { target[sample * classes + index] = Float(exponentials[index] / sum) }
                    let order = (0..<classes).sorted { (-row[$0], $0) < (-row[$1], $1) }.prefix(kept)
                    best += order
                    bestProbabilities += order.map { target[sample * classes + $0] }
                    if let label = labels?[sample] {
                        if 0..<classes ~= label { confusion[label * classes + order[0]] += 1 } else { fits = false }
                    }
                }
            }
        }
        topClasses = best
        topProbabilities = bestProbabilities
        self.confusion = fits ? confusion : nil
    }

    var samples: Int { logits.shape[0] }
    var classes: Int { logits.shape[1] }

    /// The most probable class of each sample.
    var predicted: [Int] { (0..<samples).map { topClasses[$0 * top] } }

    /// Share of the samples told right.
    var accuracy: Double? {
        confusion.map { counts in
            samples == 0 ? 0 : Double((0..<classes).reduce(0) { $0 + counts[$1 * classes + $1] }) / Double(samples)
        }
    }

    /// Share told right of each class that has samples; `nil` for the others.
    var accuracyByClass: [Double?]? {
        confusion.map { counts in
            (0..<classes).map { label in
                let total = (0..<classes).reduce(0) { $0 + counts[label * classes + $1] }
                return total == 0 ? nil : Double(counts[label * classes + label]) / Double(total)
            }
        }
    }

    /// The same for people: accuracy, accuracy by class, and the best classes of the first samples.
    func json(_ dataset: Dataset, _ matched: MatchedLabels, classNames: [String]) -> JSONValue {
        func name(_ index: Int) -> JSONValue {
            .string(classNames.indices.contains(index) ? classNames[index] : "\(index)")
        }
        var object: JSONObject = ["samples": .integer(samples), "classes": .integer(classes)]
        if let accuracy, let byClass = accuracyByClass {
            object["accuracy"] = .number(accuracy)
            object["accuracy_by_class"] = .array(
                byClass.enumerated().compactMap { index, value in
                    value.map { ["class": name(index), "accuracy": .number($0)] }
                })
        }
        let shown = Swift.min(samples, 1000)
        object["predictions"] = .array(
            (0..<shown).map { sample in
                var entry: JSONObject = ["sample": .string(dataset.sampleIDs[sample])]
                if let label = matched.labels?[sample] { entry["label"] = .string(matched.name(label)) }
                entry["top"] = .array(
                    (0..<top).map { rank in
                        [
                            "class": name(topClasses[sample * top + rank]),
                            "probability": .float(topProbabilities[sample * top + rank]),
                        ]
                    })
                return .object(entry)
            })
        if shown < samples {
            object["note"] = .string("the first \(shown) of \(samples) samples; all are in predictions.h5")
        }
        return .object(object)
    }
}
