public import NeuralNetwork
import Tensors

/// A network and its weights from one file, as Keras and ONNX write them.
///
/// The network is there at once; the weights are read when they are asked for.
public struct ModelFile: Sendable {
    public let path: String
    public let network: Network
    /// How images become the network's input, where the file says so.
    public let input: InputContract?
    /// The way out of a file that leaves height and width open.
    static let sizeFix =
        "say the size of the images: \"image_size\": 224 or [height, width] of model.load, --size of 'convscope layers'"
    private let read: @Sendable () throws(ModelFileError) -> [String: Tensor]

    /// - Parameter read: the tensors by full name, `conv2d.weight`, in the shapes of `network.parameters`.
    init(
        path: String, network: Network, input: InputContract? = nil,
        read: @escaping @Sendable () throws(ModelFileError) -> [String: Tensor]
    ) {
        self.path = path
        self.network = network
        self.input = input
        self.read = read
    }

    /// The network ready to run.
    /// - Parameter input: counts before what the file says; without either, pixels in [0, 1] as they are.
    /// - Throws: `ModelFileError` where the weights cannot be read, or are not those that the network needs.
    public func model(input: InputContract? = nil) throws(ModelFileError) -> Model {
        let weights = try read()
        do {
            return try Model(network: network, weights: weights, input: input ?? self.input ?? .unit)
        } catch {
            throw ModelFileError(path: path, error.what, fix: error.fix)
        }
    }
}

/// Opens a file that holds a network with its weights; `nil` for one that holds weights only.
/// - Parameter imageSize: `[height, width]` of the images; `nil` takes what the file says.
/// - Throws: `ModelFileError` saying what is wrong, also where a layer is not understood.
public func openModelFile(_ path: String, imageSize: [Int]? = nil) throws(ModelFileError) -> ModelFile? {
    switch try openWeightFile(path) {
    case let file as KerasFile: try file.model(imageSize: imageSize)
    case let file as ONNXFile: try file.model(imageSize: imageSize)
    default: nil
    }
}

extension Network {
    /// Two nodes that put the features of a map, flattened channel by channel, in the order position by position.
    /// - Parameters:
    ///   - source: the node that gives the features; `name` is its.
    ///   - map: `[channels, height, width]`.
    ///   - next: position of the first of the two.
    static func reflattening(from source: Int, named name: String, map: [Int], next: Int) -> [Network.Node] {
        [
            Network.Node(name: name + ".map", layer: Reshape(shape: map), inputs: [.node(source)]),
            Network.Node(name: name + ".channels_last", layer: Flatten(isChannelsLast: true), inputs: [.node(next)]),
        ]
    }
}
