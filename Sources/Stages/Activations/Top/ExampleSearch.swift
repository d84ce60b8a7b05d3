import Datasets
import NeuralNetwork
import Pipeline
import UnitStatistics

/// The walk over a data set that finds what excites units, and what is kept of it for the case of an interruption.
final class ExampleSearch {
    let units: [NetworkUnit]
    private(set) var examples: DatasetExamples
    /// `nil` where the images have no labels.
    private(set) var classes: ClassResponses?

    private let dataset: Dataset
    private let checkpoints: Checkpoints

    /// Begins, or goes on with what a checkpoint has.
    init(
        _ units: [NetworkUnit], capacity: Int, _ dataset: Dataset, _ checkpoints: Checkpoints, _ io: StageIO
    ) throws {
        self.units = units
        self.dataset = dataset
        self.checkpoints = checkpoints
        let classCount = dataset.labels.map { max(dataset.classNames.count, ($0.max() ?? -1) + 1) }
        let kept = try checkpoints.load { kept -> (examples: DatasetExamples, classes: ClassResponses?)? in
            guard let examples = DatasetExamples(kept, unitCount: units.count, capacity: capacity) else { return nil }
            guard let classCount else { return (examples, nil) }
            return ClassResponses(kept, unitCount: units.count, classCount: classCount).map { (examples, $0) }
        }
        examples = kept?.examples ?? DatasetExamples(unitCount: units.count, capacity: capacity)
        classes = kept?.classes ?? classCount.map { ClassResponses(unitCount: units.count, classCount: $0) }
        if kept != nil { io.log("goes on after \(examples.sampleCount) of \(dataset.count) images") }
    }

    /// Does the work; when it is cancelled, keeps what is found so far before that is passed on.
    func keepingWhenCancelled(_ work: () throws -> Void) throws {
        try checkpoints.savingWhenCancelled(makeCheckpoint, work)
    }

    /// Looks at all images that are not seen yet.
    /// - Throws: `StageError` where an activation is not finite.
    func run(_ model: Model, _ algorithm: PlanRequest.Algorithm, _ io: StageIO) throws {
        var request = PlanRequest(batch: PlanRequest.usualBatch(for: model.network.inputShape))
        request.activations = Set(units.map(\.node))
        request.algorithm = algorithm
        let runner = try NetworkRunner(model, request, threads: io.threads)
        let blocks = DatasetBlocks(
            dataset, runner, io, bytesPerSample: BlockExtremes.bytesPerImage(unitCount: units.count))
        let block = BlockExtremes(units, of: model.network, rows: blocks.blockSize)
        try blocks.forEach(from: examples.sampleCount) { _, range, run in
            try run { rows, tap, values in
                guard case .activation(let node) = tap else { return }
                block.observe(node, rows, values.baseAddress!)
            }
            if let (image, unit) = block.firstNonFinite(count: range.count) {
                throw StageError.notFinite("\(unit)", sample: range.lowerBound + image, of: dataset)
            }
            examples.add(block, count: range.count, threads: io.threads)
            if let labels = dataset.labels { classes?.add(block, labels: labels[range], threads: io.threads) }
            checkpoints.saveIfDue(makeCheckpoint)
        }
    }

    private func makeCheckpoint() -> Checkpoint {
        var checkpoint = Checkpoint()
        examples.write(to: &checkpoint)
        classes?.write(to: &checkpoint)
        return checkpoint
    }
}

extension DatasetExamples {
    fileprivate init?(_ checkpoint: Checkpoint, unitCount: Int, capacity: Int) {
        guard let count = checkpoint.value("samples", of: Int.self),
            let most = checkpoint.array("most", of: Ranked.self),
            let least = checkpoint.array("least", of: Ranked.self)
        else { return nil }
        self.init(unitCount: unitCount, capacity: capacity, sampleCount: count, most: most, least: least)
    }

    fileprivate func write(to checkpoint: inout Checkpoint) {
        checkpoint.set("samples", [sampleCount])
        checkpoint.set("most", most)
        checkpoint.set("least", least)
    }
}

extension ClassResponses {
    fileprivate init?(_ checkpoint: Checkpoint, unitCount: Int, classCount: Int) {
        guard let counts = checkpoint.array("class-counts", of: Int.self),
            let sums = checkpoint.array("class-sums", of: Double.self),
            let best = checkpoint.array("class-best", of: Float.self)
        else { return nil }
        self.init(unitCount: unitCount, classCount: classCount, counts: counts, sums: sums, best: best)
    }

    fileprivate func write(to checkpoint: inout Checkpoint) {
        checkpoint.set("class-counts", counts)
        checkpoint.set("class-sums", sums)
        checkpoint.set("class-best", best)
    }
}
