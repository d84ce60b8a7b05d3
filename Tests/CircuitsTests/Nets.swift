import NeuralNetwork
import Tensors

/// A chain of named layers, or a graph when inputs are named.
func network(_ shape: [Int], _ layers: [(name: String, layer: any Layer, inputs: [String])]) throws -> Network {
    var places: [String: Network.Source] = ["input": .networkInput]
    var nodes: [Network.Node] = []
    for (index, layer) in layers.enumerated() {
        let inputs =
            layer.inputs.isEmpty ? [index == 0 ? .networkInput : .node(index - 1)] : layer.inputs.map { places[$0]! }
        nodes.append(.init(name: layer.name, layer: layer.layer, inputs: inputs))
        places[layer.name] = .node(index)
    }
    return try Network(name: "test", inputShape: shape, nodes: nodes)
}

/// Convolution, batch norm, ReLU, pooling and dropout in the orders that occur.
func chain() throws -> Network {
    try network(
        [3, 20, 18],
        [
            ("conv1", Convolution(inputChannels: 3, outputChannels: 8, kernel: [3, 3], padding: [1, 1]), []),
            ("norm1", BatchNormalization(channels: 8), []),
            ("relu1", ReLU(), []),
            ("pool1", MaxPooling(kernel: [2, 2]), []),
            ("drop1", Dropout(), []),
            (
                "grouped",
                Convolution(
                    inputChannels: 8, outputChannels: 12, kernel: [3, 2], stride: [2, 1], padding: [2, 1],
                    dilation: [2, 1], groups: 2), []
            ),
            ("relu2", ReLU(), []),
            ("norm2", BatchNormalization(channels: 12), []),
            ("depthwise", Convolution(inputChannels: 12, outputChannels: 24, kernel: [3, 3], groups: 12), []),
            ("pointwise", Convolution(inputChannels: 24, outputChannels: 5, kernel: [1, 1], hasBias: false), []),
        ])
}

/// Two branches that are concatenated, and a sum.
func branches() throws -> Network {
    try network(
        [2, 8, 8],
        [
            ("squeeze", Convolution(inputChannels: 2, outputChannels: 4, kernel: [1, 1]), []),
            ("squeeze_relu", ReLU(), []),
            ("left", Convolution(inputChannels: 4, outputChannels: 3, kernel: [1, 1]), ["squeeze_relu"]),
            ("left_relu", ReLU(), []),
            (
                "right", Convolution(inputChannels: 4, outputChannels: 5, kernel: [3, 3], padding: [1, 1]),
                ["squeeze_relu"]
            ),
            ("right_relu", ReLU(), []),
            ("concat", Concatenation(), ["left_relu", "right_relu"]),
            ("next", Convolution(inputChannels: 8, outputChannels: 8, kernel: [3, 3], padding: [1, 1]), []),
            ("sum", Addition(), ["next", "concat"]),
            ("last", Convolution(inputChannels: 8, outputChannels: 2, kernel: [1, 1]), ["sum"]),
        ])
}
