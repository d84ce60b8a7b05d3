import NeuralNetwork

extension Network {
    /// Checks that samples fit the network's input and classes.
    /// - Complexity: O(samples): every label is looked at.
    func check(
        _ source: any TrainingSource, _ part: TrainingError.Part, logits: Int
    ) throws(TrainingError) {
        guard scoreCount != nil else { throw .outputIsNotClasses(shape: shapes[logits]) }
        guard source.count > 0 else { throw .noSamples(part) }
        guard source.sampleShape == inputShape else {
            throw .wrongSampleShape(part, expected: inputShape, found: source.sampleShape)
        }
        let classes = shapes[logits][0]
        var seen: Set<Int> = []
        for sample in 0..<source.count {
            let label = source.label(sample)
            guard 0..<classes ~= label else {
                throw .labelOutOfRange(part, sample: sample, label: label, classes: classes)
            }
            seen.insert(label)
        }
        if part == .training, seen.count == 1 { throw .oneClass(label: seen.first!, samples: source.count) }
    }
}
