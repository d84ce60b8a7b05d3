public import NeuralNetwork
import Synchronization
public import Tensors
public import UnitStatistics

/// What is left of a unit's response when the images that excite it most are changed.
///
/// The unit is looked at where it answered to the image as it was; responses below zero count as zero.
public struct ResponseInvariance: Sendable {
    /// The response to each image as it is.
    public let original: [Float]
    /// The response to each image, by the order of `ImageChange.all`: `[changes][images]`.
    public let changed: [[Float]]

    /// Sum of the responses to the changed images over that to the images as they are: 1 where the change is nothing to
    /// the unit, 0 where it falls silent; NaN where it answers to none.
    public var kept: [Double] {
        func sum(_ responses: [Float]) -> Double { responses.reduce(0) { $0 + Double(max($1, 0)) } }
        let whole = sum(original)
        return changed.map { whole > 0 ? sum($0) / whole : .nan }
    }

    /// Mean of what is left by the changes of a family.
    public func kept(by family: ImageChange.Family) -> Double {
        let values = zip(ImageChange.all, kept).filter { $0.0.family == family }.map { $0.1 }
        return values.reduce(0, +) / Double(values.count)
    }
}

/// Measures `ResponseInvariance` of the units of a layer.
public struct InvarianceProbe: Sendable {
    private let runner: NetworkRunner
    private let node: Int
    private let field: ReceptiveField

    /// - Parameter node: a layer that gives maps.
    /// - Throws: `NetworkError`.
    public init(
        _ model: Model, node: Int, algorithm: PlanRequest.Algorithm = .automatic, threads: Int
    ) throws {
        var request = PlanRequest(batch: PlanRequest.usualBatch(for: model.network.inputShape))
        request.activations = [node]
        request.algorithm = algorithm
        runner = try NetworkRunner(model, request, threads: threads)
        self.node = node
        field = model.network.receptiveFields[node]
    }

    /// - Parameters:
    ///   - channel: the unit's.
    ///   - examples: images that excite it, at least one.
    ///   - images: their pixels, `[channels, height, width]` in [0, 1].
    public func measure(_ channel: Int, _ examples: [DatasetExample], images: [Tensor]) throws -> ResponseInvariance {
        let network = runner.model.network
        let shape = network.shapes[node]
        let positions = shape[1] * shape[2]
        let variants = ImageChange.all.count + 1
        let imageSize = Array(network.inputShape.dropFirst())
        let span = field.size ?? imageSize
        let middles = examples.map { example -> [Double] in
            let place = [example.position / shape[2], example.position % shape[2]]
            return (0..<2).map { axis in
                guard field.size != nil else { return Double(imageSize[axis] - 1) / 2 }
                return Double(field.start[axis] + place[axis] * field.stride[axis]) + Double(span[axis] - 1) / 2
            }
        }
        let responses = Mutex([Float](repeating: 0, count: examples.count * variants))
        try runner.run(examples.count * variants) { index, pixels in
            let (example, variant) = (index / variants, index % variants)
            if variant == 0 {
                images[example].withUnsafeBufferPointer { _ = pixels.update(fromContentsOf: $0) }
            } else {
                ImageChange.all[variant - 1].apply(
                    to: images[example], about: middles[example], span: span, into: pixels)
            }
        } handler: { range, _, values in
            for (row, index) in range.enumerated() {
                let value = values[(row * shape[0] + channel) * positions + examples[index / variants].position]
                responses.withLock { $0[index] = value }
            }
        }
        let all = responses.withLock { $0 }
        func row(_ variant: Int) -> [Float] { examples.indices.map { all[$0 * variants + variant] } }
        return ResponseInvariance(original: row(0), changed: (1..<variants).map(row))
    }
}
