import NeuralNetwork
import Tensors
import TestSupport
import UnitStatistics

/// Layers in a row.
func chain(_ shape: [Int], _ layers: [(name: String, layer: any Layer)]) throws -> Network {
    try Network(
        name: "test", inputShape: shape,
        nodes: layers.enumerated().map { index, layer in
            .init(name: layer.name, layer: layer.layer, inputs: [index == 0 ? .networkInput : .node(index - 1)])
        })
}

/// Strides, paddings and a dilation on the way, and averages, so that every pixel seen counts.
func windows() throws -> Network {
    try chain(
        [2, 24, 21],
        [
            ("conv1", Convolution(inputChannels: 2, outputChannels: 4, kernel: [3, 5], padding: [1, 2])),
            ("pool1", AveragePooling(kernel: [2, 2])),
            (
                "conv2",
                Convolution(
                    inputChannels: 4, outputChannels: 3, kernel: [3, 2], stride: [2, 1], padding: [2, 1],
                    dilation: [2, 1])
            ),
            ("flatten", Flatten()),
            ("fc", Linear(inputFeatures: 3 * 6 * 11, outputFeatures: 5)),
        ])
}

/// Random numbers of few different values, so that many are equal.
func coarse(_ shape: [Int], seed: Int, values: Float = 7) -> Tensor {
    let random = CounterRandom(seed: seed).stream("coarse")
    return Tensor(uninitialized: shape) { target in
        for index in target.indices { target[index] = (random.uniform(index) * values).rounded(.down) - 2 }
    }
}

/// Feeds activations `[images, channels, height, width]` of a node in blocks, each in chunks of two images.
func forEachBlock(
    of activations: Tensor, node: Int, size: Int, into block: BlockExtremes, _ body: (Range<Int>) throws -> Void
) rethrows {
    let count = activations.shape[0]
    for first in stride(from: 0, to: count, by: size) {
        let images = first..<min(first + size, count)
        for chunk in stride(from: 0, to: images.count, by: 2) {
            let rows = chunk..<min(chunk + 2, images.count)
            activations.withUnsafeBufferPointer {
                block.observe(node, rows, $0.baseAddress! + (first + chunk) * activations.rowCount)
            }
        }
        try body(images)
    }
}
