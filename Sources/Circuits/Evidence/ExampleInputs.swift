public import NeuralNetwork
import Synchronization
public import Tensors
public import UnitStatistics

/// The numbers that filters read at the places where images excite them.
public struct ExampleInputs: Sendable {
    /// For each unit `[examples, channels · height · width]`: the layer before it under the filter, zeros beyond its
    /// border.
    public let numbers: [Tensor]

    /// - Parameters:
    ///   - examples: a list for each unit.
    ///   - units: filters of convolutions.
    ///   - image: a sample of the data set, `[channels, height, width]` in [0, 1]; called from several threads.
    /// - Throws: `CircuitError` where a unit is no filter; and what `image` throws.
    public init(
        _ examples: [[DatasetExample]], of units: [NetworkUnit], in model: Model,
        algorithm: PlanRequest.Algorithm = .automatic, threads: Int, image: @escaping @Sendable (Int) throws -> Tensor
    ) throws {
        let filters = try units.map { try FilterInput(Filter($0.channel, of: $0.layer, in: model), model.network) }
        let windows = Mutex(examples.map { $0.map { _ in [Float]() } })
        var places: [Int: [(unit: Int, rank: Int)]] = [:]
        for (unit, list) in examples.enumerated() {
            for (rank, example) in list.enumerated() { places[example.sample, default: []].append((unit, rank)) }
        }
        let wanted = places
        @Sendable func gather(_ sample: Int, from source: Network.Source, _ map: UnsafeBufferPointer<Float>) {
            for (unit, rank) in wanted[sample]! where filters[unit].source == source {
                let window = filters[unit].window(at: examples[unit][rank].position, of: map)
                windows.withLock { $0[unit][rank] = window }
            }
        }
        let samples = places.keys.sorted()
        var request = PlanRequest(batch: PlanRequest.usualBatch(for: model.network.inputShape))
        // What reads the image is no layer's output; the filters themselves stand in, so that there is something to
        // run.
        request.activations = Set(filters.map { $0.sourceNode ?? $0.node })
        request.algorithm = algorithm
        let mapping = PixelMapping(model.input, shape: model.network.inputShape)
        try NetworkRunner(model, request, threads: threads).run(samples.count) { index, pixels in
            try image(samples[index]).withUnsafeBufferPointer { _ = pixels.update(fromContentsOf: $0) }
            var input = Array(pixels)
            input.withUnsafeMutableBufferPointer { mapping.apply($0) }
            input.withUnsafeBufferPointer { gather(samples[index], from: .networkInput, $0) }
        } handler: { range, tap, values in
            guard case .activation(let node) = tap else { return }
            let count = model.network.shapes[node].elementCount
            for (row, index) in range.enumerated() {
                gather(
                    samples[index], from: .node(node),
                    UnsafeBufferPointer(rebasing: values[row * count..<(row + 1) * count]))
            }
        }
        numbers = windows.withLock { all in
            zip(all, filters).map { list, filter in
                Tensor(shape: [list.count, filter.windowCount], list.flatMap { $0 })
            }
        }
    }
}

/// Where a filter reads.
private struct FilterInput {
    let node: Int
    let source: Network.Source
    private let filter: Filter
    /// `[channels, height, width]`.
    private let inputShape: [Int]
    private let outputWidth: Int

    init(_ filter: Filter, _ network: Network) {
        self.filter = filter
        node = filter.node
        source = network.nodes[node].inputs[0]
        inputShape = if case .node(let index) = source { network.shapes[index] } else { network.inputShape }
        outputWidth = network.shapes[node][2]
    }

    /// `nil` for the network's input.
    var sourceNode: Int? { if case .node(let index) = source { index } else { nil } }

    var windowCount: Int { filter.inputChannels.count * filter.convolution.kernel[0] * filter.convolution.kernel[1] }

    func window(at position: Int, of map: UnsafeBufferPointer<Float>) -> [Float] {
        let convolution = filter.convolution
        let place = [position / outputWidth, position % outputWidth]
        func coordinate(_ axis: Int, _ offset: Int) -> Int {
            place[axis] * convolution.stride[axis] - convolution.padding[axis] + offset * convolution.dilation[axis]
        }
        var window: [Float] = []
        window.reserveCapacity(windowCount)
        for channel in filter.inputChannels {
            for row in (0..<convolution.kernel[0]).map({ coordinate(0, $0) }) {
                for column in (0..<convolution.kernel[1]).map({ coordinate(1, $0) }) {
                    let isInside = 0..<inputShape[1] ~= row && 0..<inputShape[2] ~= column
                    window.append(isInside ? map[(channel * inputShape[1] + row) * inputShape[2] + column] : 0)
                }
            }
        }
        return window
    }
}
