public import NeuralNetwork
import Synchronization
public import Tensors

/// Examples computed again from their images alone, one at a time, with the direct convolution algorithm.
public struct ExampleCheck: Sendable {
    /// Images that were computed again.
    public private(set) var imageCount = 0
    /// Examples among them.
    public private(set) var exampleCount = 0
    /// The largest difference from what was found before, relative to the unit's largest example.
    public private(set) var largestDeviation = 0.0
    /// Where it is.
    public private(set) var worst: (unit: NetworkUnit, sample: Int)?

    /// What is far beyond rounding.
    public static let tolerance = 1e-4

    /// Takes the images of the strongest example of every unit first, then those of the second, until there are `limit`.
    ///
    /// - Parameters:
    ///   - units: the units of `examples`, in order.
    ///   - image: a sample of the data set, `[channels, height, width]` in [0, 1]; called from several threads.
    public init(
        _ examples: DatasetExamples, of units: [NetworkUnit], in model: Model, limit: Int, threads: Int,
        image: @Sendable (Int) throws -> Tensor
    ) throws {
        let lists = units.indices.map { zip(examples.most(of: $0), examples.least(of: $0)).map { [$0, $1] } }
        let (samples, bySample) = Self.choose(from: lists, count: examples.count, limit: limit)
        var request = PlanRequest(batch: 1)
        request.activations = Set(units.map(\.node))
        request.algorithm = .direct
        let runner = try NetworkRunner(model, request, threads: threads)
        let found = Mutex<[Int: [(unit: Int, sample: Int, difference: Double)]]>([:])
        try runner.run(samples.count) { index, pixels in
            try image(samples[index]).withUnsafeBufferPointer { _ = pixels.update(fromContentsOf: $0) }
        } handler: { range, tap, values in
            guard case .activation(let node) = tap else { return }
            let positions = model.network.shapes[node].dropFirst().reduce(1, *)
            let sample = samples[range.lowerBound]
            let differences = bySample[sample]!.filter { units[$0.unit].node == node }.map { unit, example in
                let again = values[units[unit].channel * positions + example.position]
                return (unit, sample, Double(abs(again - example.activation)))
            }
            found.withLock { $0[range.lowerBound, default: []] += differences }
        }
        let scales = lists.map { list in
            list.joined().reduce(Double(Float.leastNormalMagnitude)) { max($0, Double(abs($1.activation))) }
        }
        imageCount = samples.count
        for (_, differences) in found.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            exampleCount += differences.count
            for (unit, sample, difference) in differences where difference / scales[unit] > largestDeviation {
                largestDeviation = difference / scales[unit]
                worst = (units[unit], sample)
            }
        }
    }

    /// Images in the order of their first example, and the examples of each.
    /// - Parameter lists: by unit and rank.
    private static func choose(
        from lists: [[[DatasetExample]]], count: Int, limit: Int
    ) -> (samples: [Int], examples: [Int: [(unit: Int, example: DatasetExample)]]) {
        var samples: [Int] = []
        var chosen: [Int: [(unit: Int, example: DatasetExample)]] = [:]
        for rank in 0..<count {
            for unit in lists.indices {
                for example in lists[unit][rank] {
                    if chosen[example.sample] == nil {
                        guard samples.count < limit else { continue }
                        samples.append(example.sample)
                    }
                    chosen[example.sample, default: []].append((unit, example))
                }
            }
        }
        return (samples, chosen)
    }

    /// Whether all agree within the tolerance.
    public var agrees: Bool { largestDeviation <= Self.tolerance }
}
