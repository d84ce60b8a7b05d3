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

    /// Names of the layers that are looked at, which are the names of their datasets.
    var steps: [String] { model.network.layerNames.filter { $0 != Self.luminanceName } }

    private static let luminanceName = "luminance"

    /// - Parameters:
    ///   - imageShape: `[channels, height, width]`.
    ///   - isOverLuminance: whether colours are first weighted to one channel; else each channel is convolved by itself.
    ///   - padding: zeros on every side; `nil` as many as let a kernel of odd size keep the size of the image.
    /// - Throws: `NetworkError.emptyOutput` when nothing is left of the image.
    init(
        _ kernel: HandMadeKernel, imageShape: [Int], isOverLuminance: Bool, stride: Int, padding: Int?,
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
                    padding: sides.map { padding ?? ($0 - 1) / 2 }, groups: channels, hasBias: false)
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

    /// What each step gives, by name, `[images, channels, height, width]`.
    func maps(of images: Tensor, threads: Int) throws -> [(step: String, maps: Tensor)] {
        let network = model.network
        var request = PlanRequest(batch: min(PlanRequest.usualBatch(for: network.inputShape), images.shape[0]))
        request.activations = Set(try steps.map { try network.index(of: $0) })
        request.algorithm = .direct
        let activations = try NetworkRunner(model, request, threads: threads).activations(of: images)
        return try steps.map { ($0, activations[try network.index(of: $0)]!) }
    }
}
