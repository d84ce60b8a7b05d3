public import NeuralNetwork
import Synchronization
public import Tensors

/// A network that is asked for scores and for their gradients with respect to pixels.
///
/// Every image counts by itself: no result depends on the images beside it or on the number of threads.
public final class Explainer: Sendable {
    public let model: Model
    public let rule: FocusRule
    let threads: Int
    private let algorithm: PlanRequest.Algorithm
    private let checkCancelled: @Sendable () throws -> Void
    private let scores: NetworkRunner
    /// Compiled when they are first asked for.
    private let differentiating: Mutex<[Differentiation: NetworkRunner]> = Mutex([:])

    /// What gradients are wanted, and how ReLUs hand them back.
    struct Differentiation: Hashable {
        var reluRule = ReLURule.standard
        /// A layer whose activation and gradient are wanted, instead of the gradient of the pixels.
        var layer: Int?
    }

    /// - Parameter checkCancelled: called before every look at an image; what it throws ends the work.
    /// - Throws: `NetworkError`.
    public init(
        _ model: Model, _ rule: FocusRule, algorithm: PlanRequest.Algorithm = .automatic, threads: Int,
        checkCancelled: @escaping @Sendable () throws -> Void = {}
    ) throws {
        self.model = model
        self.rule = rule
        self.threads = threads
        self.algorithm = algorithm
        self.checkCancelled = checkCancelled
        var request = PlanRequest(batch: PlanRequest.usualBatch(for: model.network.inputShape))
        request.activations = [rule.node]
        request.algorithm = algorithm
        scores = try NetworkRunner(model, request, threads: threads)
    }

    /// The same question to another network of the same shape.
    func asking(_ other: Model) throws -> Explainer {
        try Explainer(other, rule, algorithm: algorithm, threads: threads, checkCancelled: checkCancelled)
    }

    /// `[channels, height, width]` of the images.
    public var imageShape: [Int] { model.network.inputShape }

    /// How many images are worth being asked about together: a chunk for each thread. No result depends on it.
    var imagesAtOnce: Int { PlanRequest.usualBatch(for: imageShape) * threads }

    /// Writes the pixels of one image, `[channels, height, width]`.
    typealias Fill = @Sendable (Int, UnsafeMutableBufferPointer<Float>) throws -> Void

    // MARK: - Scores

    /// What is explained of each image `[count, channels, height, width]`, and its score.
    public func focuses(on images: Tensor) throws -> [(focus: Focus, score: Score)] {
        try ask(images.shape[0], images.fill) { _, activation in
            let focus = rule.focus(activation)
            return (focus, focus.score(of: activation))
        }
    }

    /// For classes: the most probable class besides the one in focus.
    func runnersUp(on images: Tensor, besides focuses: [Focus]) throws -> [Focus] {
        try ask(images.shape[0], images.fill) { sample, logits in
            rule.focus(onClass: FocusRule.runnerUp(logits, besides: focuses[sample].index))
        }
    }

    /// Scores of any number of images that `fill` writes one by one.
    func scores(
        _ count: Int, _ focus: @Sendable (Int) -> Focus, fill: @escaping Fill
    ) throws -> [Score] {
        try ask(count, fill) { sample, activation in focus(sample).score(of: activation) }
    }

    private func ask<Answer: Sendable>(
        _ count: Int, _ fill: @escaping Fill,
        _ answer: @Sendable (Int, UnsafeBufferPointer<Float>) -> Answer
    ) throws -> [Answer] {
        let answers = Mutex([Answer?](repeating: nil, count: count))
        let length = rule.shape.elementCount
        try scores.run(count, fill: cancellable(fill)) { range, _, values in
            for (row, sample) in range.enumerated() {
                let rows = UnsafeBufferPointer(rebasing: values[row * length..<(row + 1) * length])
                let given = answer(sample, rows)
                answers.withLock { $0[sample] = given }
            }
        }
        return answers.withLock { $0.map { $0! } }
    }

    // MARK: - Gradients

    /// Gradients of the scores of any number of images.
    ///
    /// - Parameter body: called from several threads for each image with its gradient with respect to the pixels, or with
    ///   the gradient of the layer that `differentiation` names; and in that case with the layer's activation.
    func gradients(
        _ count: Int, _ focus: @Sendable (Int) -> Focus, _ differentiation: Differentiation = Differentiation(),
        fill: @escaping Fill,
        body: @Sendable (Int, _ gradient: UnsafeBufferPointer<Float>, _ activation: [Float]) -> Void
    ) throws {
        let runner = try runner(differentiation)
        let seedLength = rule.shape.elementCount
        let layerLength = differentiation.layer.map { model.network.shapes[$0].elementCount } ?? imageShape.elementCount
        /// By chunk: what was seen on the way forward.
        let seen = Mutex<[Int: [Int: [Float]]]>([:])
        try runner.run(count, fill: cancellable(fill)) { range, tap, values in
            func rows(_ row: Int, _ length: Int) -> Range<Int> { row * length..<(row + 1) * length }
            switch tap {
            case .activation(let node):
                seen.withLock { $0[range.lowerBound, default: [:]][node] = Array(values) }
            case .seed:
                let activations = seen.withLock { $0[range.lowerBound]![self.rule.node]! }
                activations.withUnsafeBufferPointer { activations in
                    for (row, sample) in range.enumerated() {
                        focus(sample).slope(
                            at: UnsafeBufferPointer(rebasing: activations[rows(row, seedLength)]),
                            into: UnsafeMutableBufferPointer(rebasing: values[rows(row, seedLength)]))
                    }
                }
            case .inputGradient, .gradient:
                let activations = differentiation.layer.map { layer in
                    seen.withLock { $0[range.lowerBound]![layer]! }
                }
                for (row, sample) in range.enumerated() {
                    body(
                        sample, UnsafeBufferPointer(rebasing: values[rows(row, layerLength)]),
                        activations.map { Array($0[rows(row, layerLength)]) } ?? [])
                }
                seen.withLock { $0[range.lowerBound] = nil }
            }
        }
    }

    private func cancellable(_ fill: @escaping Fill) -> Fill {
        { [checkCancelled] sample, pixels in
            try checkCancelled()
            try fill(sample, pixels)
        }
    }

    private func runner(_ wanted: Differentiation) throws -> NetworkRunner {
        if let runner = differentiating.withLock({ $0[wanted] }) { return runner }
        var request = PlanRequest(batch: PlanRequest.usualBatch(for: imageShape))
        request.activations = Set([rule.node] + (wanted.layer.map { [$0] } ?? []))
        request.seeds = [rule.node]
        request.inputGradient = wanted.layer == nil
        request.gradients = wanted.layer.map { [$0] } ?? []
        request.reluRule = wanted.reluRule
        request.algorithm = algorithm
        let runner = try NetworkRunner(model, request, threads: threads)
        differentiating.withLock { $0[wanted] = runner }
        return runner
    }
}

extension Tensor {
    /// Writes one row of a tensor, as runners ask for images.
    var fill: @Sendable (Int, UnsafeMutableBufferPointer<Float>) -> Void {
        { row, target in
            let count = self.rowCount
            self.withUnsafeBufferPointer { _ = target.update(fromContentsOf: $0[row * count..<(row + 1) * count]) }
        }
    }
}
