import NeuralNetwork
import Tensors

/// Measures loss and accuracy in inference mode: no dropout, batch normalisation with running statistics.
struct Evaluator: Sendable {
    private let runner: NetworkRunner
    private let loss: CrossEntropy
    private let classes: Int
    private let chunkSize: Int

    init(_ model: Model, logits: Int, settings: TrainingSettings) throws(NetworkError) {
        var request = PlanRequest(batch: settings.chunkSize)
        request.activations = [logits]
        runner = try NetworkRunner(model, request, threads: settings.threads)
        loss = settings.loss
        classes = model.network.shapes[logits][0]
        chunkSize = settings.chunkSize
    }

    /// Loss and accuracy with the given weights.
    func evaluate(_ source: any TrainingSource, _ weights: any WeightSource) throws -> Evaluation {
        runner.plan.refresh(weights, threads: runner.threads)
        let labels = (0..<source.count).map(source.label)
        let divisor = loss.weight(of: labels[...])
        var results = [(loss: Double, correct: Int)](
            repeating: (0, 0), count: (source.count + chunkSize - 1) / chunkSize)
        try results.withUnsafeMutableBufferPointer { results in
            let results = SendablePointer(results.baseAddress!)
            try runner.run(source.count) {
                try source.fill($0, into: $1)
            } handler: { range, _, values in
                results.value[range.lowerBound / chunkSize] = loss.add(
                    UnsafeBufferPointer(rebasing: values[..<(range.count * classes)]), labels[range], divisor: divisor,
                    gradient: nil)
            }
        }
        return Evaluation(
            loss: results.reduce(0) { $0 + $1.loss },
            accuracy: Double(results.reduce(0) { $0 + $1.correct }) / Double(source.count))
    }
}
