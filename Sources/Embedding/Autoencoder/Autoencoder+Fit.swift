public import Tensors

extension Autoencoder {
    /// What a fit tells after every epoch.
    public struct Progress: Sendable {
        /// Epochs done.
        public let epoch: Int
        /// Mean squared error of the epoch's steps, in the points' units.
        public let loss: Double
    }

    /// Fits an autoencoder to points.
    /// - Parameters:
    ///   - points: `[samples, features]`, finite.
    ///   - checkCancellation: called before every step; what it throws ends the fit.
    ///   - report: may throw as well.
    /// - Throws: `EmbeddingError` for other points, or where the error grows beyond numbers.
    /// - Complexity: O(epochs · samples · weights)
    public static func fit(
        _ points: Tensor, _ settings: Settings = Settings(), threads: Int = 1,
        checkCancellation: () throws -> Void = {}, report: (Progress) throws -> Void = { _ in }
    ) throws -> Autoencoder {
        try requirePoints(points)
        var network = Autoencoder(for: points, settings, threads: threads)
        let inputs = network.normalized(points)
        var adam = network.layers.map { (Adam($0.weight), Adam($0.bias)) }
        let order = CounterRandom(seed: settings.seed).stream("autoencoder.order")
        let samples = points.shape[0]
        for epoch in 0..<settings.epochs {
            let shuffled = order[epoch].permutation(samples)
            let rest = 2 * Double(settings.epochs - epoch) / Double(settings.epochs)
            let rate = Float(settings.learningRate * min(1, rest))
            var sum = 0.0
            for start in stride(from: 0, to: samples, by: settings.batchSize) {
                try checkCancellation()
                let batch = inputs.rows(at: Array(shuffled[start..<min(start + settings.batchSize, samples)]))
                let (loss, gradients) = network.gradients(batch, threads: threads)
                guard loss.isFinite else { throw EmbeddingError.diverged(epoch: epoch + 1) }
                sum += loss * Double(batch.shape[0])
                for (index, gradient) in gradients.enumerated() {
                    adam[index].0.move(&network.layers[index].weight, gradient.weight, rate)
                    adam[index].1.move(&network.layers[index].bias, gradient.bias, rate)
                }
            }
            let unit = Double(network.scale) * Double(network.scale)
            try report(Progress(epoch: epoch + 1, loss: sum / Double(samples) * unit))
        }
        return network
    }

    /// Mean squared error of a batch, and its gradient by layer.
    package func gradients(_ batch: Tensor, threads: Int) -> (loss: Double, [(weight: Tensor, bias: Tensor)]) {
        var values = [batch]
        for layer in layers { values.append(layer.output(of: values.last!, threads: threads)) }
        var (flow, loss) = (values.last!, 0.0)
        batch.withUnsafeBufferPointer { batch in
            flow.withUnsafeMutableBufferPointer { flow in
                let factor = 2 / Float(flow.count)
                for place in flow.indices {
                    let difference = flow[place] - batch[place]
                    loss += Double(difference) * Double(difference)
                    flow[place] = factor * difference
                }
            }
        }
        var gradients: [(weight: Tensor, bias: Tensor)] = []
        for (index, layer) in layers.enumerated().reversed() {
            if layer.hasReLU {
                values[index + 1].withUnsafeBufferPointer { outputs in
                    flow.withUnsafeMutableBufferPointer { flow in
                        for place in flow.indices where outputs[place] <= 0 { flow[place] = 0 }
                    }
                }
            }
            let weight = Tensor.product(values[index], transposed: true, flow, threads: threads)
            gradients.append((weight, columnSums(flow)))
            if index > 0 {
                flow = Tensor.product(flow, transposed: false, layer.weight, transposed: true, threads: threads)
            }
        }
        return (loss / Double(batch.count), gradients.reversed())
    }

    private func columnSums(_ values: Tensor) -> Tensor {
        let columns = values.shape[1]
        var sums = [Float](repeating: 0, count: columns)
        values.withUnsafeBufferPointer { buffer in
            for row in 0..<values.shape[0] {
                for column in 0..<columns { sums[column] += buffer[row * columns + column] }
            }
        }
        return Tensor(shape: [columns], sums)
    }
}

/// Adam's memory of the gradients of one tensor.
private struct Adam {
    private var first: Tensor
    private var second: Tensor
    private var (firstPower, secondPower): (Float, Float) = (1, 1)

    private static let (firstDecay, secondDecay): (Float, Float) = (0.9, 0.999)

    init(_ tensor: Tensor) { (first, second) = (Tensor(shape: tensor.shape), Tensor(shape: tensor.shape)) }

    mutating func move(_ tensor: inout Tensor, _ gradient: Tensor, _ rate: Float) {
        firstPower *= Self.firstDecay
        secondPower *= Self.secondDecay
        let (firstUnit, secondUnit) = (1 / (1 - firstPower), 1 / (1 - secondPower))
        gradient.withUnsafeBufferPointer { gradient in
            first.withUnsafeMutableBufferPointer { first in
                second.withUnsafeMutableBufferPointer { second in
                    tensor.withUnsafeMutableBufferPointer { values in
                        for place in values.indices {
                            let slope = gradient[place]
                            first[place] += (1 - Self.firstDecay) * (slope - first[place])
                            second[place] += (1 - Self.secondDecay) * (slope * slope - second[place])
                            let length = (second[place] * secondUnit).squareRoot() + 1e-8
                            values[place] -= rate * first[place] * firstUnit / length
                        }
                    }
                }
            }
        }
    }
}
