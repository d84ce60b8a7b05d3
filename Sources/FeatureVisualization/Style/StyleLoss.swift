import NeuralNetwork
import Synchronization
import Tensors

/// How far an image is from the content of one picture and the style of another, and how that changes with the pixels.
final class StyleLoss: Sendable {
    private let runner: NetworkRunner
    /// In the order in which the settings name them: content, then style.
    private let targets: [(node: Int, target: LayerTarget)]
    private let smoothness: Penalty?

    /// - Parameters:
    ///   - content: `[channels, height, width]` in [0, 1].
    ///   - style: the same; height and width may differ.
    init(_ model: Model, _ settings: StyleSettings, content: Tensor, style: Tensor) throws {
        smoothness = settings.totalVariation > 0 ? .totalVariation(weight: settings.totalVariation) : nil
        var targets: [(node: Int, target: LayerTarget)] = []
        for (kind, image, layers) in [
            (LayerTarget.Kind.content, content, settings.contentLayers), (.style, style, settings.styleLayers),
        ] {
            let nodes = try layers.map { try model.network.index(of: $0.name) }
            if nodes.isEmpty { continue }
            var request = PlanRequest(batch: 1)
            request.inputShape = image.shape
            request.activations = Set(nodes)
            request.algorithm = settings.algorithm
            let answers = try NetworkRunner(model, request, threads: 1).activations(of: Tensor.stack([image]))
            for (layer, node) in zip(layers, nodes) {
                let target = LayerTarget(kind, weight: layer.weight, activation: answers[node]!.row(0))
                targets.append((node, target))
            }
        }
        self.targets = targets
        var request = PlanRequest(batch: 1)
        request.inputShape = content.shape
        request.activations = Set(targets.map(\.node))
        request.seeds = request.activations
        request.inputGradient = true
        request.algorithm = settings.algorithm
        runner = try NetworkRunner(model, request, threads: 1)
    }

    /// Minus the loss of an image `[channels, height, width]` in [0, 1], and the gradient of that; `terms` are the losses
    /// of the content layers, of the style layers, and the charge for total variation.
    func slope(of image: Tensor) -> Slope {
        struct Progress: Sendable {
            var activations: [Int: Tensor] = [:]
            var terms: [Double]
            var gradient: Tensor?
        }
        let progress = Mutex(Progress(terms: Array(repeating: 0, count: targets.count)))
        let network = runner.model.network
        // The closures below throw nothing.
        try! runner.run(1) { _, pixels in
            image.withUnsafeBufferPointer { _ = pixels.update(fromContentsOf: $0) }
        } handler: { [targets] _, tap, values in
            func tensor(_ shape: [Int]) -> Tensor {
                Tensor(uninitialized: shape) { target in _ = target.update(fromContentsOf: values[..<target.count]) }
            }
            switch tap {
            case .activation(let node):
                let activation = tensor(network.shape(of: node, inputShape: image.shape))
                progress.withLock { $0.activations[node] = activation }
            case .seed(let node):
                progress.withLock { progress in
                    for (index, entry) in targets.enumerated() where entry.node == node {
                        let (value, gradient) = entry.target.loss(progress.activations[node]!)
                        progress.terms[index] = value
                        gradient.withUnsafeBufferPointer {
                            for place in $0.indices { values[place] -= $0[place] }
                        }
                    }
                }
            case .inputGradient:
                let gradient = tensor(image.shape)
                progress.withLock { $0.gradient = gradient }
            case .gradient: break
            }
        }
        let found = progress.withLock { $0 }
        var gradient = found.gradient!
        let charge = image.withUnsafeBufferPointer { pixels in
            gradient.withUnsafeMutableBufferPointer {
                smoothness?.charge(pixels, shape: image.shape, slopeOff: $0) ?? 0
            }
        }
        let terms = found.terms + [charge]
        return Slope(value: -terms.reduce(0, +), gradient: gradient, terms: terms)
    }
}
