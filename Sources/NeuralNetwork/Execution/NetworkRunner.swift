import Synchronization
public import Tensors

/// Runs a model on any number of images: cuts them into chunks of the plan's batch size and spreads the chunks over
/// threads.
///
/// Every chunk is computed at the full batch size, the last one filled up with zeros, and no layer mixes samples; so a
/// sample's result does not depend on its neighbours, on how many there are, or on the number of threads.
public final class NetworkRunner: Sendable {
    public let model: Model
    public let plan: Plan
    public let threads: Int

    /// Workspaces that no chunk is using, guarded by the lock.
    private let idle = Mutex<[Workspace]>([])

    /// - Throws: `NetworkError` when the input shape does not fit the network.
    public init(_ model: Model, _ request: PlanRequest, threads: Int) throws(NetworkError) {
        precondition(!request.isTraining, "training runs through Plan.run(_:threads:)")
        self.model = model
        self.threads = threads
        plan = try Plan(model, request, threads: threads)
    }

    /// What happens at the taps of a run, for the samples `range` of which `values` holds the rows, in order.
    public typealias Handler = @Sendable (_ range: Range<Int>, Tap, UnsafeMutableBufferPointer<Float>) throws -> Void

    /// Runs `count` samples.
    /// - Parameters:
    ///   - fill: writes the pixels, `[channels, height, width]` in [0, 1], of one sample.
    ///   - handler: called from several threads; rows beyond the range are filling.
    public func run(
        _ count: Int, fill: @Sendable (Int, UnsafeMutableBufferPointer<Float>) throws -> Void, handler: Handler
    ) throws {
        let batch = plan.batch
        let sampleCount = plan.inputShape.elementCount
        let mapping = PixelMapping(model.input, shape: plan.inputShape)
        try parallelForThrowing((count + batch - 1) / batch, threads: threads) { chunk in
            let range = chunk * batch..<min((chunk + 1) * batch, count)
            let workspace = idle.withLock { $0.popLast() } ?? Workspace(plan)
            defer { idle.withLock { $0.append(workspace) } }
            let input = workspace.input
            for (row, sample) in range.enumerated() {
                let pixels = UnsafeMutableBufferPointer(
                    rebasing: input[row * sampleCount..<(row + 1) * sampleCount])
                try fill(sample, pixels)
                mapping.apply(pixels)
            }
            UnsafeMutableBufferPointer(rebasing: input[(range.count * sampleCount)...]).update(repeating: 0)
            try workspace.run { tap, values in
                if case .inputGradient = tap {
                    for row in 0..<range.count {
                        mapping.applyTransposed(
                            UnsafeMutableBufferPointer(rebasing: values[row * sampleCount..<(row + 1) * sampleCount]))
                    }
                }
                try handler(range, tap, values)
            }
        }
    }

    /// Activations of the layers that the request names, by node, `[images, …]`.
    /// - Parameter images: `[count, channels, height, width]` in [0, 1].
    public func activations(of images: Tensor) throws -> [Int: Tensor] {
        let (activations, _) = try gradients(of: images) { _, _ in [:] }
        return activations
    }

    /// Activations, and the gradient of an objective with respect to the pixels.
    ///
    /// - Parameters:
    ///   - images: `[count, channels, height, width]` in [0, 1].
    ///   - seeds: given the samples of a chunk and their activations by node, `[samples, …]`, returns
    ///     ∂objective/∂activation of the seed layers, of the same shapes.
    /// - Returns: activations by node, and the gradient in the shape of `images` (`nil` unless the request wants it).
    public func gradients(
        of images: Tensor, seeds: @escaping @Sendable (Range<Int>, [Int: Tensor]) -> [Int: Tensor]
    ) throws -> (activations: [Int: Tensor], gradient: Tensor?) {
        precondition(
            Array(images.shape.dropFirst()) == plan.inputShape,
            "images of shape \(images.shape) for a plan of \(plan.inputShape)")
        let count = images.shape[0]
        let sampleCount = plan.inputShape.elementCount
        let results = Mutex<(activations: [Int: [Int: Tensor]], gradients: [Int: Tensor])>(([:], [:]))
        try run(count) { sample, pixels in
            images.withUnsafeBufferPointer {
                _ = pixels.update(fromContentsOf: $0[sample * sampleCount..<(sample + 1) * sampleCount])
            }
        } handler: { range, tap, values in
            func rows(_ shape: [Int]) -> Tensor {
                Tensor(uninitialized: [range.count] + shape) { target in
                    _ = target.update(fromContentsOf: values[..<target.count])
                }
            }
            switch tap {
            case .activation(let node):
                let tensor = rows(self.model.network.shape(of: node, inputShape: self.plan.inputShape))
                results.withLock { $0.activations[range.lowerBound, default: [:]][node] = tensor }
            case .seed(let node):
                let activations = results.withLock { $0.activations[range.lowerBound] ?? [:] }
                guard let seed = seeds(range, activations)[node] else { return }
                seed.withUnsafeBufferPointer { _ = values.update(fromContentsOf: $0) }
            case .inputGradient:
                let tensor = rows(self.plan.inputShape)
                results.withLock { $0.gradients[range.lowerBound] = tensor }
            case .gradient: break
            }
        }
        let (activations, gradients) = results.withLock { $0 }
        var joined: [Int: Tensor] = [:]
        let chunks = activations.keys.sorted()
        for node in activations[chunks.first ?? 0]?.keys.sorted() ?? [] {
            joined[node] = Tensor.concatenate(chunks.map { activations[$0]![node]! })
        }
        let order = gradients.keys.sorted()
        return (joined, order.isEmpty ? nil : Tensor.concatenate(order.map { gradients[$0]! }))
    }
}

extension Network {
    /// Shape of a node's output for an input of another size, without the batch axis.
    public func shape(of node: Int, inputShape: [Int]) -> [Int] {
        if inputShape == self.inputShape { return shapes[node] }
        guard let network = try? upTo(node, inputShape: inputShape) else {
            preconditionFailure("images of shape \(inputShape) do not fit the network")
        }
        return network.outputShape
    }
}
