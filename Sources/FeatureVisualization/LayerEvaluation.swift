import NeuralNetwork
import Synchronization
import Tensors

/// A layer's answer to an image, and how it changes with the image: the network compiled once, run by many threads.
///
/// Every image is a chunk of its own, so no result depends on what else is computed.
final class LayerEvaluation: Sendable {
    /// Shape of the layer's output, without the batch axis.
    let outputShape: [Int]
    /// `[channels, height, width]` of the images.
    let inputShape: [Int]
    private let node: Int
    private let standard: NetworkRunner
    /// With redirected ReLUs, for images that start where units are dead.
    private let redirected: NetworkRunner?

    init(
        _ model: Model, node: Int, inputShape: [Int], isRedirecting: Bool, _ algorithm: PlanRequest.Algorithm
    ) throws(NetworkError) {
        self.node = node
        self.inputShape = inputShape
        outputShape = try model.network.upTo(node, inputShape: inputShape).outputShape
        var request = PlanRequest(batch: 1)
        request.inputShape = inputShape
        request.activations = [node]
        request.seeds = [node]
        request.inputGradient = true
        request.algorithm = algorithm
        standard = try NetworkRunner(model, request, threads: 1)
        guard isRedirecting, model.network.nodes[...node].contains(where: { $0.layer is ReLU }) else {
            redirected = nil
            return
        }
        request.reluRule = .redirected
        redirected = try NetworkRunner(model, request, threads: 1)
    }

    /// The objective of an image `[channels, height, width]` in [0, 1], and its gradient with respect to the pixels.
    func evaluate(
        _ image: Tensor, _ objective: some Objective, isRedirected: Bool
    ) -> (value: Float, gradient: Tensor) {
        let result = Mutex<(activation: [Float], value: Float, gradient: Tensor?)>(([], 0, nil))
        let runner = isRedirected ? redirected ?? standard : standard
        // The closures below throw nothing.
        try! runner.run(1) { _, pixels in
            image.withUnsafeBufferPointer { _ = pixels.update(fromContentsOf: $0) }
        } handler: { _, tap, values in
            switch tap {
            case .activation: result.withLock { $0.activation = Array(values) }
            case .seed:
                result.withLock { result in
                    result.value = result.activation.withUnsafeBufferPointer {
                        objective.evaluate($0, gradient: values)
                    }
                }
            case .inputGradient:
                let gradient = Tensor(uninitialized: image.shape) { _ = $0.update(fromContentsOf: values) }
                result.withLock { $0.gradient = gradient }
            case .gradient: break
            }
        }
        return result.withLock { ($0.value, $0.gradient!) }
    }
}
