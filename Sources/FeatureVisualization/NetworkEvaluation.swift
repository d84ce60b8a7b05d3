import NeuralNetwork
import Synchronization
import Tensors

/// What some layers answer to images, and how an objective of that changes with the images: the network compiled once,
/// run by many threads.
///
/// The images of one target are a chunk of their own, so no result depends on what else is computed.
final class NetworkEvaluation: Sendable {
    /// Positions of the layers by name.
    let nodes: [String: Int]
    /// Shapes of their outputs by position, without the batch axis.
    let shapes: [Int: [Int]]
    /// `[channels, height, width]` of the images.
    let inputShape: [Int]
    /// How many images are looked at together.
    let images: Int
    private let standard: NetworkRunner
    /// With redirected ReLUs, for images that start where units are dead.
    private let redirected: NetworkRunner?

    init(
        _ model: Model, layers: [String], inputShape: [Int], images: Int, isRedirecting: Bool,
        _ algorithm: PlanRequest.Algorithm
    ) throws(NetworkError) {
        (self.inputShape, self.images) = (inputShape, images)
        var nodes: [String: Int] = [:]
        var shapes: [Int: [Int]] = [:]
        for layer in layers {
            let node = try model.network.index(of: layer)
            nodes[layer] = node
            shapes[node] = try model.network.upTo(node, inputShape: inputShape).outputShape
        }
        (self.nodes, self.shapes) = (nodes, shapes)
        var request = PlanRequest(batch: images)
        request.inputShape = inputShape
        request.activations = Set(shapes.keys)
        request.seeds = Set(shapes.keys)
        request.inputGradient = true
        request.algorithm = algorithm
        standard = try NetworkRunner(model, request, threads: 1)
        guard isRedirecting, model.network.nodes[...shapes.keys.max()!].contains(where: { $0.layer is ReLU }) else {
            redirected = nil
            return
        }
        request.reluRule = .redirected
        redirected = try NetworkRunner(model, request, threads: 1)
    }

    /// What an objective comes to.
    struct Answer {
        /// The weighted terms of each image.
        let values: [Float]
        /// What the images are charged for being alike.
        let charge: Float
        /// Mean magnitude of what the layer answers in which images are not to be alike.
        let answerSize: Float
        /// Of `total`, with respect to the pixels of each image.
        let gradients: [Tensor]

        var total: Float { values.reduce(0, +) - charge }
    }

    /// - Parameters:
    ///   - pictures: as many as `images`, `[channels, height, width]` in [0, 1].
    ///   - scale: what the weight of being alike is counted in.
    func evaluate(_ pictures: [Tensor], _ objective: TargetObjective, scale: Float, isRedirected: Bool) -> Answer {
        struct Found: Sendable {
            var activations: [Int: [Float]] = [:]
            var sums: TargetObjective.Sums
            var gradients: [Tensor] = []
        }
        let found = Mutex(Found(sums: .init(images: images)))
        let runner = isRedirected ? redirected ?? standard : standard
        // The closures below throw nothing.
        try! runner.run(images) { image, pixels in
            pictures[image].withUnsafeBufferPointer { _ = pixels.update(fromContentsOf: $0) }
        } handler: { _, tap, values in
            found.withLock { found in
                switch tap {
                case .activation(let node): found.activations[node] = Array(values)
                case .seed(let node):
                    found.activations[node]!.withUnsafeBufferPointer {
                        objective.evaluate(node, $0, scale: scale, to: &found.sums, addingSlopeTo: values)
                    }
                case .inputGradient:
                    let count = inputShape.elementCount
                    found.gradients = (0..<images).map { image in
                        Tensor(uninitialized: inputShape) {
                            _ = $0.update(fromContentsOf: values[image * count..<(image + 1) * count])
                        }
                    }
                case .gradient: break
                }
            }
        }
        return found.withLock { found in
            Answer(
                values: found.sums.values.map { Float($0) }, charge: Float(found.sums.charge),
                answerSize: Float(found.sums.answerSize), gradients: found.gradients)
        }
    }
}
