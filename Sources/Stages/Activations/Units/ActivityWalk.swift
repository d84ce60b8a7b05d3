import Datasets
import Glibc
import NeuralNetwork
import Pipeline
import Tensors
import UnitStatistics

/// The walk over a data set that gathers what units answer, and what is kept of it for the case of an interruption.
final class ActivityWalk {
    let layers: [LayerActivity]
    /// Of each image; `nil` where the network tells no classes.
    private(set) var confidence: Confidence?

    /// Computes what the walk looks at.
    var runner: NetworkRunner { blocks.runner }

    private var samplesDone = 0
    private let model: Model
    private let dataset: Dataset
    private let blocks: DatasetBlocks
    private let checkpoints: Checkpoints
    private let logits: Int?

    /// What a network makes of each image of a data set.
    struct Confidence {
        /// The class with the greatest score.
        var predicted: [Int32]
        /// Its softmax probability.
        var probability: [Float]
    }

    /// Begins, or goes on with what a checkpoint has.
    init(
        _ nodes: [Int], _ model: Model, _ dataset: Dataset, _ algorithm: PlanRequest.Algorithm, _ io: StageIO
    ) throws {
        let network = model.network
        self.model = model
        self.dataset = dataset
        logits = network.shapes[network.logitsNode].count == 1 ? network.logitsNode : nil
        var request = PlanRequest(batch: PlanRequest.usualBatch(for: network.inputShape))
        request.activations = Set(nodes + [logits].compactMap { $0 })
        request.algorithm = algorithm
        blocks = DatasetBlocks(
            dataset, try NetworkRunner(model, request, threads: io.threads), io,
            bytesPerSample: nodes.reduce(0) { $0 + LayerActivity.bytesPerImage($1, of: network) })
        layers = nodes.map { [blocks] node in
            LayerActivity(node, of: network, imageCount: dataset.count, rows: blocks.blockSize)
        }
        confidence = logits.map { _ in
            Confidence(
                predicted: Array(repeating: 0, count: dataset.count),
                probability: Array(repeating: 0, count: dataset.count))
        }
        checkpoints = try io.checkpoints(layout: 1)
        if let done = try checkpoints.load(Checkpoints.usualName, restore) {
            samplesDone = done
            io.log("goes on after \(done) of \(dataset.count) images")
        }
    }

    /// Looks at all images that are not seen yet.
    /// - Throws: `StageError` where an activation is not finite.
    func run(_ io: StageIO) throws {
        let answers = RowBuffer<Float>(rows: blocks.blockSize, rowCount: 2)
        let (layers, logits) = (layers, logits)
        let classCount = logits.map { model.network.shapes[$0][0] } ?? 0
        try checkpoints.savingWhenCancelled(makeCheckpoint) {
            try blocks.forEach(from: samplesDone) { _, range, run in
                try run { rows, tap, values in
                    guard case .activation(let node) = tap else { return }
                    layers.first { $0.node == node }?.observe(rows, ofBlockAt: range.lowerBound, values.baseAddress!)
                    guard node == logits else { return }
                    for (index, row) in rows.enumerated() {
                        let best = Self.best(
                            of: UnsafeBufferPointer(
                                rebasing: values[index * classCount..<(index + 1) * classCount]))
                        answers.row(row)[0] = Float(best.index)
                        answers.row(row)[1] = best.probability
                    }
                }
                for layer in layers {
                    guard let (image, unit) = layer.finishBlock(count: range.count) else { continue }
                    throw StageError.notFinite(
                        "\(model.network.nodes[layer.node].name):\(unit)", sample: range.lowerBound + image,
                        of: dataset)
                }
                for row in 0..<range.count where logits != nil {
                    confidence?.predicted[range.lowerBound + row] = Int32(answers.row(row)[0])
                    confidence?.probability[range.lowerBound + row] = answers.row(row)[1]
                }
                samplesDone = range.upperBound
                checkpoints.saveIfDue(bytes: layers.reduce(0) { $0 + $1.keptValues.count }, makeCheckpoint)
            }
        }
    }

    /// The greatest score and its softmax probability.
    private static func best(of scores: UnsafeBufferPointer<Float>) -> (index: Int, probability: Float) {
        let index = scores.indices.max { scores[$0] < scores[$1] }!
        let sum = scores.reduce(0.0) { $0 + exp(Double($1 - scores[index])) }
        return (index, Float(1 / sum))
    }

    // MARK: - Checkpoints

    private func makeCheckpoint() -> Checkpoint {
        var checkpoint = Checkpoint()
        checkpoint.set("samples", [samplesDone])
        for (index, layer) in layers.enumerated() {
            checkpoint.set("totals-\(index)", layer.keptTotals)
            checkpoint.setBytes("values-\(index)", count: layer.keptValues.count) {
                try $0(UnsafeRawBufferPointer(layer.keptValues))
            }
        }
        if let confidence {
            checkpoint.set("predicted", confidence.predicted)
            checkpoint.set("probability", confidence.probability)
        }
        return checkpoint
    }

    /// Images done; `nil` where the checkpoint does not fit.
    private func restore(_ checkpoint: Checkpoint) -> Int? {
        guard let done = checkpoint.value("samples", of: Int.self), 0...dataset.count ~= done else { return nil }
        let kept = layers.indices.compactMap { index in
            checkpoint.array("totals-\(index)", of: UnitTotals.self).flatMap { totals in
                checkpoint.array("values-\(index)", of: UInt8.self).map { (totals: totals, values: $0) }
            }
        }
        guard kept.count == layers.count,
            zip(layers, kept).allSatisfy({ $0.fits(totals: $1.totals, values: $1.values) })
        else { return nil }
        if confidence != nil {
            guard let predicted = checkpoint.array("predicted", of: Int32.self),
                let probability = checkpoint.array("probability", of: Float.self),
                predicted.count == dataset.count, probability.count == dataset.count
            else { return nil }
            confidence = Confidence(predicted: predicted, probability: probability)
        }
        for (layer, kept) in zip(layers, kept) { layer.restore(totals: kept.totals, values: kept.values) }
        return done
    }
}
