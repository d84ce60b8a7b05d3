import NeuralNetwork
import Tensors

/// A network that lays one kernel over an image, cuts off what is below zero, and pools.
struct KernelNetwork {
    let model: Model

    /// How the maps become smaller at the end.
    struct Pooling {
        let isMaximum: Bool
        let size: Int
        let stride: Int
    }

    /// The weights of red, green and blue in the luminance (ITU-R BT.601).
    static let luminance: [Float] = [0.299, 0.587, 0.114]

    private static let luminanceName = "luminance"

    /// - Parameters:
    ///   - imageShape: `[channels, height, width]`.
    ///   - isOverLuminance: whether colours are first weighted to one channel; else each channel is convolved by itself.
    ///   - padding: zeros on every side.
    /// - Throws: `NetworkError.emptyOutput` when nothing is left of the image.
    init(
        _ kernel: HandMadeKernel, imageShape: [Int], isOverLuminance: Bool, stride: Int, padding: Int,
        pooling: Pooling?
    ) throws(NetworkError) {
        let weighsColors = isOverLuminance && imageShape[0] == 3
        let channels = weighsColors ? 1 : imageShape[0]
        let sides = [kernel.height, kernel.width]
        var layers: [(String, any Layer)] = [
            (
                "before_relu",
                Convolution(
                    inputChannels: channels, outputChannels: channels, kernel: sides, stride: [stride, stride],
                    padding: [padding, padding], groups: channels, hasBias: false)
            ), ("after_relu", ReLU()),
        ]
        if weighsColors {
            let weighting = Convolution(inputChannels: 3, outputChannels: 1, kernel: [1, 1], hasBias: false)
            layers.insert((Self.luminanceName, weighting), at: 0)
        }
        if let pooling {
            let (size, stride) = ([pooling.size, pooling.size], [pooling.stride, pooling.stride])
            layers.append(
                (
                    "pooled",
                    pooling.isMaximum
                        ? MaxPooling(kernel: size, stride: stride) : AveragePooling(kernel: size, stride: stride)
                ))
        }
        var nodes: [Network.Node] = []
        for (index, (name, layer)) in layers.enumerated() {
            nodes.append(.init(name: name, layer: layer, inputs: [index == 0 ? .networkInput : .node(index - 1)]))
        }
        let values = kernel.values.flatMap { $0 }
        var weights = [
            "before_relu.weight": Tensor(
                shape: [channels, 1] + sides, Array(repeatElement(values, count: channels).joined()))
        ]
        if weighsColors {
            weights[Self.luminanceName + ".weight"] = Tensor(shape: [1, 3, 1, 1], Self.luminance)
        }
        model = try Model(
            network: Network(name: kernel.name, inputShape: imageShape, nodes: nodes), weights: weights)
    }

    /// Of each step's maps, `[channels, height, width]`.
    func shapes() -> [(step: String, shape: [Int])] {
        zip(model.network.layerNames, model.network.shapes).filter { $0.0 != Self.luminanceName }
            .map { (step: $0, shape: $1) }
    }

    /// What each step makes of an image, `[channels, height, width]`.
    /// - Parameter image: `[channels, height, width]` in [0, 1].
    func maps(of image: Tensor) throws -> [(step: String, maps: Tensor)] {
        let network = model.network
        let nodes = network.nodes.indices.filter { network.nodes[$0].name != Self.luminanceName }
        var request = PlanRequest(batch: 1)
        request.activations = Set(nodes)
        request.algorithm = .direct
        let activations = try NetworkRunner(model, request, threads: 1).activations(of: Tensor.stack([image]))
        return nodes.map { (network.nodes[$0].name, activations[$0]!.row(0)) }
    }

    /// The luminance of an image in color, `[1, height, width]`.
    static func luminance(of image: Tensor) -> Tensor {
        Tensor.stack([image.row(0) * luminance[0] + image.row(1) * luminance[1] + image.row(2) * luminance[2]])
    }
}
