import NeuralNetwork
import Tensors

/// Runs batches forward and backward, cut into chunks of a fixed size, and leaves the gradients in the chunks' workspaces.
///
/// The cut does not depend on the number of threads, nor does anything that is added up.
final class BatchRunner {
    let plan: Plan
    private let source: any TrainingSource
    private let loss: CrossEntropy
    private let mapping: PixelMapping
    private let chunkSize: Int
    private let classes: Int
    private let threads: Int
    private let dropout: CounterRandom
    private let workspaces: [Workspace]

    /// What a batch gave.
    struct Result {
        let loss: Double
        let correct: Int
        /// Those of the batch's chunks, in order.
        let workspaces: [Workspace]
    }

    /// - Parameter logits: the node whose output the loss is taken of.
    init(
        _ model: Model, logits: Int, source: any TrainingSource, settings: TrainingSettings
    ) throws(NetworkError) {
        let batchSize = min(settings.batchSize, source.count)
        chunkSize = min(settings.chunkSize, batchSize)
        var request = PlanRequest(batch: chunkSize)
        request.activations = [logits]
        request.seeds = [logits]
        request.weightGradients = true
        request.isTraining = true
        plan = try Plan(model, request)
        self.source = source
        loss = settings.loss
        mapping = PixelMapping(model.input, shape: plan.inputShape)
        classes = model.network.shapes[logits][0]
        threads = settings.threads
        dropout = CounterRandom(seed: settings.seed).stream("dropout")
        workspaces = (0..<(batchSize + chunkSize - 1) / chunkSize).map { [plan] _ in Workspace(plan) }
    }

    /// Runs one batch.
    /// - Parameter step: number of the step in the whole run, which decides what dropout drops.
    func run(_ samples: ArraySlice<Int>, step: Int) throws -> Result {
        let samples = Array(samples)
        let chunkCount = (samples.count + chunkSize - 1) / chunkSize
        let used = Array(workspaces[..<chunkCount])
        let ranges = (0..<chunkCount).map { $0 * chunkSize..<min(($0 + 1) * chunkSize, samples.count) }
        try parallelForThrowing(chunkCount, threads: threads) { [source, mapping, dropout] chunk in
            used[chunk].validSamples = ranges[chunk].count
            used[chunk].randomKey = dropout[step].bits(chunk)
            try used[chunk].fill(samples[ranges[chunk]], from: source, mapping)
        }
        let labels = samples.map(source.label)
        let divisor = loss.weight(of: labels[...])
        let outcomes = ChunkOutcomes(chunks: chunkCount, values: chunkSize * classes)
        plan.run(used, threads: threads) { [loss, classes] chunk, tap, values in
            let count = ranges[chunk].count * classes
            switch tap {
            case .activation:
                outcomes.results[chunk] = loss.add(
                    UnsafeBufferPointer(rebasing: values[..<count]), labels[ranges[chunk]], divisor: divisor,
                    gradient: outcomes.gradient(chunk))
            case .seed:
                // Rows beyond the valid samples stay zero, so filling adds nothing to any gradient.
                values.baseAddress!.update(from: outcomes.gradient(chunk).baseAddress!, count: count)
            case .gradient, .inputGradient: break
            }
        }
        return Result(
            loss: outcomes.results.reduce(0) { $0 + $1.loss }, correct: outcomes.results.reduce(0) { $0 + $1.correct },
            workspaces: used)
    }
}

extension Workspace {
    /// Writes samples as the network wants them; the rest of the batch becomes zeros.
    fileprivate func fill(_ samples: ArraySlice<Int>, from source: any TrainingSource, _ mapping: PixelMapping) throws {
        let length = plan.inputShape.elementCount
        for (row, sample) in samples.enumerated() {
            let pixels = UnsafeMutableBufferPointer(rebasing: input[row * length..<(row + 1) * length])
            try source.fill(sample, into: pixels)
            mapping.apply(pixels)
        }
        UnsafeMutableBufferPointer(rebasing: input[(samples.count * length)...]).update(repeating: 0)
    }
}

/// What each chunk of a batch gives: its share of the loss, and the gradient at the logits on its way back.
///
/// `@unchecked Sendable`: each chunk writes elements of its own.
private final class ChunkOutcomes: @unchecked Sendable {
    let results: UnsafeMutableBufferPointer<(loss: Double, correct: Int)>
    private let gradients: UnsafeMutableBufferPointer<Float>
    private let perChunk: Int

    init(chunks: Int, values: Int) {
        perChunk = values
        results = .allocate(capacity: chunks)
        results.initialize(repeating: (0, 0))
        gradients = .allocate(capacity: chunks * values)
        gradients.initialize(repeating: 0)
    }

    func gradient(_ chunk: Int) -> UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(rebasing: gradients[chunk * perChunk..<(chunk + 1) * perChunk])
    }

    deinit {
        results.deallocate()
        gradients.deallocate()
    }
}
