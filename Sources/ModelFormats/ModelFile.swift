public import NeuralNetwork
public import Tensors

/// A network and its weights from one file, as Keras and ONNX write them.
public struct ModelFile: Sendable {
    public let path: String
    public let network: Network
    /// Tensors by full name, `conv2d.weight`, in the shapes of `network.parameters`.
    public let weights: [String: Tensor]
    /// How images become the network's input, where the file says so.
    public let input: InputContract?

    public init(path: String, network: Network, weights: [String: Tensor], input: InputContract? = nil) {
        self.path = path
        self.network = network
        self.weights = weights
        self.input = input
    }

    /// The network ready to run.
    /// - Parameter input: counts before what the file says; without either, pixels in [0, 1] as they are.
    /// - Throws: `ModelFileError` where the weights are not those that the network needs.
    public func model(input: InputContract? = nil) throws(ModelFileError) -> Model {
        do {
            return try Model(network: network, weights: weights, input: input ?? self.input ?? .unit)
        } catch {
            throw ModelFileError(path: path, error.what, fix: error.fix)
        }
    }
}
