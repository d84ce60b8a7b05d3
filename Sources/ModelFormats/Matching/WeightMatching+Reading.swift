public import NeuralNetwork
public import Tensors

extension WeightMatching {
    /// Reads the tensors that fill the network, one after the other; parameters without one are drawn at random.
    ///
    /// Where the file flattens maps otherwise than the network, what reads a flattened map is reordered.
    ///
    /// - Parameter seed: of the random parameters, as in `Model(randomlyInitialized:seed:)`.
    /// - Throws: `ModelFileError` when a tensor cannot be read.
    public func weights(
        from file: any WeightFile, for network: Network, seed: Int
    ) throws(ModelFileError) -> [String: Tensor] {
        var weights: [String: Tensor] = [:]
        for (name, node, specification) in network.parameters {
            if let source = sources[name] {
                let tensor = try file.tensor(source)
                weights[name] = file.flattensChannelsLast ? network.inOwnOrder(tensor, of: node) : tensor
            } else {
                weights[name] = specification.initialValue(named: name, seed: seed)
            }
        }
        return weights
    }
}

extension Network {
    /// A parameter of a node, of a file that flattens position by position.
    fileprivate func inOwnOrder(_ tensor: Tensor, of node: Int) -> Tensor {
        guard let map = flattenedMap(readBy: node), tensor.shape.last == map.reduce(1, *),
            tensor.shape.count == 2 || !(nodes[node].layer is Linear)
        else { return tensor }
        return tensor.reordered([KerasTranslation.Run(channels: map[0], positions: map[1] * map[2])])
    }
}
