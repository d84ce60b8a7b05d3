/// Strings layers together, keeping count of shapes.
///
/// It serves the built-in architectures, so a layer that does not fit is a mistake of ours and traps.
struct NetworkBuilder {
    /// Where the next layer takes its input from: the last layer, or wherever a branch begins.
    var end = Network.Source.networkInput
    private var nodes: [Network.Node] = []
    private var shapes: [[Int]] = []
    private let inputShape: [Int]

    init(inputShape: [Int]) { self.inputShape = inputShape }

    /// Channels (or features) at the end.
    var channels: Int { shape(end)[0] }

    private func shape(_ source: Network.Source) -> [Int] {
        switch source {
        case .networkInput: inputShape
        case .node(let index): shapes[index]
        }
    }

    /// Appends a layer that reads the end, or the values named, and becomes the end.
    mutating func append(_ name: String, alias: String? = nil, _ layer: any Layer, inputs: [Network.Source]? = nil) {
        let inputs = inputs ?? [end]
        do throws(NetworkError) { shapes.append(try layer.outputShape(of: inputs.map(shape))) } catch {
            preconditionFailure("\(name): \(error.inLayer(name).what)")
        }
        nodes.append(Network.Node(name: name, alias: alias, layer: layer, inputs: inputs))
        end = .node(nodes.count - 1)
    }

    /// Appends a convolution with square filters.
    mutating func convolution(
        _ name: String, alias: String? = nil, _ filters: Int, _ kernel: Int, stride: Int = 1, padding: Int = 0,
        groups: Int = 1, hasBias: Bool = true
    ) {
        append(
            name, alias: alias,
            Convolution(
                inputChannels: channels, outputChannels: filters, kernel: [kernel, kernel], stride: [stride, stride],
                padding: [padding, padding], groups: groups, hasBias: hasBias))
    }

    /// Appends a batch normalisation of the channels at the end.
    mutating func normalization(_ name: String, epsilon: Double = 1e-5) {
        append(name, BatchNormalization(channels: channels, epsilon: epsilon))
    }

    /// Appends a convolution, its batch normalisation and its ReLU, as the inception networks have them.
    ///
    /// - Parameters:
    ///   - width: of the filters; `nil` takes their height.
    ///   - isPadded: whether half of the filter's size is added on each side, so that stride 1 keeps the size.
    mutating func unit(
        _ name: String, _ filters: Int, _ height: Int, _ width: Int? = nil, stride: Int = 1, isPadded: Bool = true
    ) {
        let kernel = [height, width ?? height]
        append(
            "\(name).conv",
            Convolution(
                inputChannels: channels, outputChannels: filters, kernel: kernel, stride: [stride, stride],
                padding: isPadded ? kernel.map { $0 / 2 } : [0, 0], hasBias: false))
        normalization("\(name).bn", epsilon: 0.001)
        append("\(name).relu", ReLU())
    }

    /// Appends a fully connected layer.
    mutating func linear(_ name: String, alias: String? = nil, _ features: Int) {
        append(name, alias: alias, Linear(inputFeatures: channels, outputFeatures: features))
    }

    /// Appends max pooling over squares.
    mutating func maxPooling(
        _ name: String, alias: String? = nil, _ kernel: Int, stride: Int, padding: Int = 0, ceiling: Bool = false
    ) {
        append(
            name, alias: alias,
            MaxPooling(
                kernel: [kernel, kernel], stride: [stride, stride], padding: [padding, padding], ceilingMode: ceiling))
    }

    /// Appends branches that all begin at the end, and the concatenation of what they come to.
    mutating func concatenate(
        _ name: String, alias: String? = nil, _ branches: (inout NetworkBuilder) -> Void...
    ) {
        let start = end
        var ends: [Network.Source] = []
        for branch in branches {
            end = start
            branch(&self)
            ends.append(end)
        }
        append(name, alias: alias, Concatenation(), inputs: ends)
    }

    func network(named name: String) -> Network {
        do throws(NetworkError) { return try Network(name: name, inputShape: inputShape, nodes: nodes) } catch {
            preconditionFailure("\(name): \(error.what)")
        }
    }
}
