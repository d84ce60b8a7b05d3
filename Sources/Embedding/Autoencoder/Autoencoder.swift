public import Tensors

/// A network that squeezes points through few numbers, its code, and makes them again from these.
///
/// Dense layers with ReLU in between; the code and the output are linear. Without hidden layers the code spans the
/// points' first principal components. Weights are fitted by Adam on the mean squared error. Products run in tiles of
/// fixed size and random decisions are functions of seed, epoch and place, so threads change no bit.
///
/// Sources: Hinton & Salakhutdinov, Science 313 (2006) 504–507; Kingma & Ba, ICLR 2015; weights at the start after He et
/// al., ICCV 2015.
public struct Autoencoder: Sendable, Equatable {
    /// How it is built and fitted.
    public struct Settings: Sendable, Equatable {
        /// Numbers of the code.
        public var dimensions = 2
        /// Widths of the layers before the code, mirrored after it.
        public var hidden = [512, 128]
        /// Passes over the points.
        public var epochs = 30
        /// Points of a step.
        public var batchSize = 128
        /// Adam's step size; in the last half of the epochs it falls to zero evenly.
        public var learningRate = 1e-3
        /// Of the weights at the start and the order of points.
        public var seed = 0

        public init() {}
    }

    /// One dense layer: inputs · weight + bias.
    public struct Layer: Sendable, Equatable {
        /// `[inputs, outputs]`
        public var weight: Tensor
        /// `[outputs]`
        public var bias: Tensor
        /// Whether outputs below zero become zero.
        public let hasReLU: Bool
    }

    /// The encoder's layers, then as many of the decoder.
    public package(set) var layers: [Layer]
    /// `[features]`: subtracted from points first, added to what is made again.
    public let mean: Tensor
    /// The points' root mean squared distance from the mean by feature: they are divided by it. 1 where nothing varies.
    public let scale: Float

    /// Numbers of the code.
    public var dimensions: Int { layers[layers.count / 2 - 1].bias.count }

    /// The network before its first step, for points like these.
    /// - Parameter points: `[samples, features]`, finite.
    init(for points: Tensor, _ settings: Settings, threads: Int) {
        let (samples, features) = (points.shape[0], points.shape[1])
        let mean = columnMeans(points, threads: threads)
        var squares = 0.0
        points.withUnsafeBufferPointer { buffer in
            for row in 0..<samples {
                for column in 0..<features {
                    let difference = Double(buffer[row * features + column]) - mean[column]
                    squares += difference * difference
                }
            }
        }
        self.mean = Tensor(shape: [features], mean.map { Float($0) })
        scale = squares > 0 ? Float((squares / Double(samples * features)).squareRoot()) : 1
        let widths = [features] + settings.hidden + [settings.dimensions] + settings.hidden.reversed() + [features]
        let random = CounterRandom(seed: settings.seed).stream("autoencoder.weights")
        layers = (1..<widths.count).map { index in
            let hasReLU = index != widths.count - 1 && index != settings.hidden.count + 1
            let deviation = Float(((hasReLU ? 2 : 1) / Double(widths[index - 1])).squareRoot())
            let weights = Tensor(uninitialized: [widths[index - 1], widths[index]]) { target in
                for place in target.indices { target[place] = deviation * random[index].normal(place) }
            }
            return Layer(weight: weights, bias: Tensor(shape: [widths[index]]), hasReLU: hasReLU)
        }
    }

    /// The codes of points: `[samples, dimensions]`.
    public func encode(_ points: Tensor, threads: Int = 1) -> Tensor {
        run(layers.prefix(layers.count / 2), on: normalized(points), threads: threads)
    }

    /// Points from codes: `[samples, features]`.
    public func decode(_ codes: Tensor, threads: Int = 1) -> Tensor {
        var points = run(layers.suffix(layers.count / 2), on: codes, threads: threads)
        let (features, means) = (mean.count, mean.scalars)
        points.withUnsafeMutableBufferPointer { buffer in
            for place in buffer.indices { buffer[place] = buffer[place] * scale + means[place % features] }
        }
        return points
    }

    /// Mean squared difference, by feature, of each point from what is made again of it.
    public func errors(of points: Tensor, threads: Int = 1) -> [Double] {
        squaredErrors(of: points, decode(encode(points, threads: threads), threads: threads))
    }

    /// The points as the first layer sees them.
    func normalized(_ points: Tensor) -> Tensor {
        let (features, means) = (mean.count, mean.scalars)
        precondition(points.rank == 2 && points.shape[1] == features, "points \(points.shape) of \(features) features")
        return Tensor(uninitialized: points.shape) { target in
            points.withUnsafeBufferPointer { source in
                for place in target.indices { target[place] = (source[place] - means[place % features]) / scale }
            }
        }
    }

    private func run(_ layers: ArraySlice<Layer>, on input: Tensor, threads: Int) -> Tensor {
        layers.reduce(input) { values, layer in layer.output(of: values, threads: threads) }
    }
}

extension Autoencoder.Layer {
    /// `[rows, inputs]` to `[rows, outputs]`.
    func output(of values: Tensor, threads: Int) -> Tensor {
        var result = Tensor.product(values, weight, threads: threads)
        let biases = bias.scalars
        result.withUnsafeMutableBufferPointer { buffer in
            for place in buffer.indices {
                let value = buffer[place] + biases[place % biases.count]
                buffer[place] = hasReLU && value < 0 ? 0 : value
            }
        }
        return result
    }
}

/// Mean squared difference, by feature, of each row of two matrices.
package func squaredErrors(of points: Tensor, _ others: Tensor) -> [Double] {
    precondition(points.shape == others.shape, "\(points.shape) and \(others.shape) differ")
    let features = points.shape[1]
    return points.withUnsafeBufferPointer { points in
        others.withUnsafeBufferPointer { others in
            (0..<points.count / features).map { row in
                var sum = 0.0
                for place in row * features..<(row + 1) * features {
                    let difference = Double(points[place]) - Double(others[place])
                    sum += difference * difference
                }
                return sum / Double(features)
            }
        }
    }
}
