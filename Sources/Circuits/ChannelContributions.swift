public import NeuralNetwork
import Synchronization
import Tensors

/// What each input channel gives to a filter's output on real images.
///
/// A convolution's output is a sum: one map for each input channel, convolved with that channel's kernel alone, plus the
/// bias. These maps are computed with a depthwise convolution of the filter's kernels on the convolution's input.
public struct ChannelContributions: Sendable {
    /// The input channels that the filter reads, and so what the lists below are about.
    public let channels: Range<Int>
    /// Mean over images and positions of |map|, one per channel.
    public let meanAbsolute: [Double]
    /// Mean over images and positions of the map, one per channel: above zero where the channel raises the output.
    public let mean: [Double]

    /// Channels by descending mean absolute contribution; equals by ascending channel.
    public var ranking: [Int] {
        meanAbsolute.indices.sorted { (meanAbsolute[$1], $0) < (meanAbsolute[$0], $1) }.map { channels.lowerBound + $0 }
    }

    /// Measures a filter on any number of images; memory does not grow with them.
    /// - Parameters:
    ///   - count: number of images.
    ///   - fill: writes the pixels of one image, as for `NetworkRunner`; called from several threads.
    /// - Throws: `CircuitError` when there is no such filter or no image, or where values overflow; and what `fill`
    ///   throws.
    public init(
        _ model: Model, layer: String, filter: Int, imageCount count: Int, threads: Int = 1,
        fill: @Sendable (Int, UnsafeMutableBufferPointer<Float>) throws -> Void
    ) throws {
        guard count > 0 else { throw CircuitError.noImages }
        let found = try Filter(filter, of: layer, in: model)
        let split = try SplitFilter(found, of: model)
        channels = found.inputChannels
        let range = channels
        let positions = split.mapShape[1] * split.mapShape[2]
        let sums = Mutex(OrderedSums(count: 2 * range.count))
        let runner = try NetworkRunner(split.model, split.request, threads: threads)
        try runner.run(count, fill: fill) { samples, _, values in
            // For each channel Σ|x|, Σx.
            var chunk = [Double](repeating: 0, count: 2 * range.count)
            for sample in 0..<samples.count {
                for (place, channel) in range.enumerated() {
                    let start = (sample * split.mapShape[0] + channel) * positions
                    for index in start..<start + positions {
                        chunk[2 * place] += Double(abs(values[index]))
                        chunk[2 * place + 1] += Double(values[index])
                    }
                }
            }
            sums.withLock { $0.add(chunk, of: samples) }
        }
        let total = Double(count * positions)
        let means = sums.withLock { $0.values }.map { $0 / total }
        guard means.allSatisfy(\.isFinite) else {
            throw CircuitError.notFinite("the contributions of channels to '\(layer)'")
        }
        meanAbsolute = range.indices.map { means[2 * ($0 - range.startIndex)] }
        mean = range.indices.map { means[2 * ($0 - range.startIndex) + 1] }
    }
}

/// Sums over chunks of samples that come in any order, added in the order of samples, so that the number of threads
/// shows nowhere. Holds only chunks that came before an earlier one.
private struct OrderedSums {
    private(set) var values: [Double]
    private var next = 0
    private var early: [Int: (end: Int, values: [Double])] = [:]

    init(count: Int) { values = Array(repeating: 0, count: count) }

    mutating func add(_ chunk: [Double], of samples: Range<Int>) {
        early[samples.lowerBound] = (samples.upperBound, chunk)
        while let first = early.removeValue(forKey: next) {
            for index in values.indices { values[index] += first.values[index] }
            next = first.end
        }
    }
}

/// The network up to a convolution's input, and behind it the filter's kernels each on its own channel.
package struct SplitFilter {
    package let model: Model
    /// Taps the maps, `[inputChannels, height, width]`; channels of other groups are zero.
    package let request: PlanRequest
    package let mapShape: [Int]

    package init(_ model: Model, layer: String, filter: Int) throws {
        try self.init(Filter(filter, of: layer, in: model), of: model)
    }

    init(_ filter: Filter, of model: Model) throws(CircuitError) {
        let name = "contributions of \(model.network.nodes[filter.node].name)"
        let convolution = filter.convolution
        let split = Convolution(
            inputChannels: convolution.inputChannels, outputChannels: convolution.inputChannels,
            kernel: convolution.kernel, stride: convolution.stride, padding: convolution.padding,
            trailingPadding: convolution.trailingPadding, dilation: convolution.dilation,
            groups: convolution.inputChannels, hasBias: false)
        let source = model.network.nodes[filter.node].inputs[0]
        var nodes: [Network.Node] = []
        if case .node(let index) = source { nodes = Array(model.network.nodes[...index]) }
        nodes.append(Network.Node(name: name, layer: split, inputs: [source]))
        var weights = model.weights
        let kernelCount = convolution.kernel[0] * convolution.kernel[1]
        var kernels = Tensor(shape: split.parameters[0].shape)
        kernels.withUnsafeMutableBufferPointer { kernels in
            filter.weights.withUnsafeBufferPointer {
                let start = filter.inputChannels.lowerBound * kernelCount
                _ = UnsafeMutableBufferPointer(rebasing: kernels[start..<start + $0.count]).update(fromContentsOf: $0)
            }
        }
        weights[name + ".weight"] = kernels
        do throws(NetworkError) {
            let network = try Network(name: name, inputShape: model.network.inputShape, nodes: nodes)
            self.model = try Model(network: network, weights: weights, input: model.input)
            var request = PlanRequest(batch: PlanRequest.usualBatch(for: network.inputShape))
            request.activations = [nodes.count - 1]
            request.algorithm = .direct
            self.request = request
            mapShape = network.outputShape
        } catch { throw .network(error) }
    }
}
