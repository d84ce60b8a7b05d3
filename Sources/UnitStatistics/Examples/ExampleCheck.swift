public import NeuralNetwork
import Synchronization
public import Tensors

/// Examples computed again with the direct convolution algorithm, each from the part of its image that the unit sees, or
/// where that is most of it, from the image alone.
///
/// That finds what is wrong in the search, in the fast algorithm, and in the places and patches of examples. All examples
/// are looked at where their images are few, else as many as some hundredths of the search's work allow.
public struct ExampleCheck: Sendable {
    /// An example that was computed again.
    public struct Finding: Sendable {
        public let unit: NetworkUnit
        public let sample: Int
        /// What the search found.
        public let before: Float
        /// What came out again.
        public let after: Float
        /// See ``ExampleCheck/mostDeviations``.
        public let deviation: Double
    }

    /// Of the most exciting examples, `[units, examples]`: the difference between both values, relative to the unit's
    /// largest example (or a thousandth of the layer's, where that is more: units may be all but silent). Infinite where a
    /// value is not finite, NaN where none was computed.
    public let mostDeviations: Tensor
    /// The same of the least exciting.
    public let leastDeviations: Tensor
    /// The example with the largest deviation.
    public let worst: Finding?
    /// Examples that were computed again.
    public let exampleCount: Int
    /// Examples of both kinds.
    public let totalCount: Int
    /// Units whose best and least example were.
    public let unitCount: Int

    /// What is beyond rounding.
    public static let tolerance = 1e-4
    /// What no rounding explains.
    public static let limit = 1e-2

    /// Images whose work is done in any case.
    private static let fewImages = 24
    /// The direct algorithm takes up to two and a half times as long as the search: about 5 % of it.
    private static let shareOfImages = 0.02
    /// Bytes of the images that are looked at together.
    private static let blockBytes = 32 << 20
    /// Windows computed together at most: their number is seldom a multiple of a large batch.
    private static let largestBatch = 8

    /// - Parameters:
    ///   - units: the units of `examples`, in order.
    ///   - images: samples of the data set, `[samples, channels, height, width]` in [0, 1]; called again and again, so that
    ///     it may end the check by an error.
    public init(
        _ examples: DatasetExamples, of units: [NetworkUnit], in model: Model, threads: Int,
        images: ([Int]) throws -> Tensor
    ) throws {
        let layers = Dictionary(grouping: units.indices) { units[$0].node }.sorted { $0.key < $1.key }
        let budget = max(Double(Self.fewImages), Self.shareOfImages * Double(examples.sampleCount))
        var deviations = Array(
            repeating: Tensor(shape: [units.count, examples.count], repeating: .nan), count: 2)
        var (worst, count): (Finding?, Int) = (nil, 0)
        for (node, members) in layers {
            let selection = ExampleSelection(
                examples, units: members, LayerWindow(node, of: model.network), budget: budget / Double(layers.count))
            let again = try Self.compute(selection, node, units, in: model, threads: threads, images: images)
            let scales = Self.scales(of: members, examples)
            for (job, values) in zip(selection.jobs, again) {
                for ((place, example), value) in zip(job.examples, values) {
                    let difference = abs(Double(value) - Double(example.activation)) / scales[place.unit]!
                    let deviation = difference.isFinite ? difference : .infinity
                    deviations[place.isLeast ? 1 : 0][place.unit, place.rank] = Float(deviation)
                    count += 1
                    if deviation > worst?.deviation ?? -1 {
                        worst = Finding(
                            unit: units[place.unit], sample: example.sample, before: example.activation, after: value,
                            deviation: deviation)
                    }
                }
            }
        }
        (mostDeviations, leastDeviations) = (deviations[0], deviations[1])
        (exampleCount, totalCount) = (count, 2 * units.count * examples.count)
        self.worst = worst
        unitCount = units.indices.count(where: { unit in !deviations.contains { $0[unit, 0].isNaN } })
    }

    /// What deviations are relative to.
    private static func scales(of units: [Int], _ examples: DatasetExamples) -> [Int: Double] {
        let largest = units.map { unit in
            (examples.most(of: unit) + examples.least(of: unit)).reduce(0) { max($0, Double(abs($1.activation))) }
        }
        let least = max((largest.max() ?? 0) / 1000, Double(Float.leastNormalMagnitude))
        return Dictionary(uniqueKeysWithValues: zip(units, largest.map { max($0, least) }))
    }

    /// Activations of the examples of every job, in order.
    private static func compute(
        _ selection: ExampleSelection, _ node: Int, _ units: [NetworkUnit], in model: Model, threads: Int,
        images: ([Int]) throws -> Tensor
    ) throws -> [[Float]] {
        let shape = model.network.inputShape
        let window = LayerWindow(node, of: model.network, isWhole: selection.isWhole)
        var request = PlanRequest(batch: 1)
        request.inputShape = [shape[0]] + window.size
        request.batch = min(PlanRequest.usualBatch(for: request.inputShape!), largestBatch)
        request.activations = [node]
        request.algorithm = .direct
        let runner = try NetworkRunner(model, request, threads: threads)
        let (perSample, positions) = (window.mapShape.reduce(1, *), window.mapShape.dropFirst().reduce(1, *))
        let samplesPerBlock = max(blockBytes / (shape.reduce(4, *)), 1)
        var results: [[Float]] = []
        var rest = selection.jobs[...]
        while !rest.isEmpty {
            let samples = rest.reduce(into: [Int]()) { if $0.last != $1.sample { $0.append($1.sample) } }
                .prefix(samplesPerBlock)
            let jobs = Array(rest.prefix { $0.sample <= samples.last! })
            rest = rest.dropFirst(jobs.count)
            let block = try images(Array(samples))
            let rows = Dictionary(uniqueKeysWithValues: samples.enumerated().map { ($1, $0) })
            let found = Mutex(Array(repeating: [Float](), count: jobs.count))
            try runner.run(jobs.count) { index, pixels in
                window.cut(rows[jobs[index].sample]!, of: block, at: jobs[index].origin, into: pixels)
            } handler: { range, _, values in
                for (row, index) in range.enumerated() {
                    let own = jobs[index].examples.map { place, example in
                        values[
                            row * perSample + units[place.unit].channel * positions
                                + window.position(of: example.position)]
                    }
                    found.withLock { $0[index] = own }
                }
            }
            results += found.withLock { $0 }
        }
        return results
    }

    /// Whether all agree within rounding.
    public var agrees: Bool { worst.map { $0.deviation <= Self.tolerance } ?? true }
}
