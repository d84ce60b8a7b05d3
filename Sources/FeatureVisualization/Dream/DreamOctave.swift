import NeuralNetwork
import Synchronization
import Tensors

/// What a network says to images of one size: ½ Σ a² over the activations a of a layer, and its gradient.
final class DreamOctave: Sendable {
    /// `[height, width]`.
    let size: [Int]
    private let node: Int
    /// Places of the activations that count.
    private let places: [Range<Int>]
    private let runner: NetworkRunner

    init(_ model: Model, _ settings: DreamSettings, size: [Int]) throws(NetworkError) {
        self.size = size
        let inputShape = [model.network.inputShape[0]] + size
        node = try model.network.index(of: settings.layer)
        let shape = try model.network.upTo(node, inputShape: inputShape).outputShape
        let positions = shape.dropFirst().reduce(1, *)
        places = (settings.channels ?? Array(0..<shape[0])).map { $0 * positions..<($0 + 1) * positions }
        var request = PlanRequest(batch: 1)
        request.inputShape = inputShape
        request.activations = [node]
        request.seeds = [node]
        request.inputGradient = true
        request.algorithm = settings.algorithm
        runner = try NetworkRunner(model, request, threads: 1)
    }

    /// The objective of an image, and its gradient with respect to the pixels.
    func slope(of image: Tensor) -> Slope {
        let result = Mutex<(activation: [Float], value: Double, gradient: Tensor?)>(([], 0, nil))
        // The closures below throw nothing.
        try! runner.run(1) { _, pixels in
            image.withUnsafeBufferPointer { _ = pixels.update(fromContentsOf: $0) }
        } handler: { _, tap, values in
            switch tap {
            case .activation: result.withLock { $0.activation = Array(values) }
            case .seed:
                result.withLock { result in
                    // The gradient of half a square is the activation itself.
                    for place in places.joined() {
                        values[place] = result.activation[place]
                        result.value += 0.5 * Double(values[place]) * Double(values[place])
                    }
                }
            case .inputGradient:
                let gradient = Tensor(uninitialized: image.shape) { _ = $0.update(fromContentsOf: values) }
                result.withLock { $0.gradient = gradient }
            case .gradient: break
            }
        }
        return result.withLock { Slope(value: $0.value, gradient: $0.gradient!) }
    }
}
