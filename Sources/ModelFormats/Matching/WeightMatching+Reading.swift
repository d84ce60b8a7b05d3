public import NeuralNetwork
public import Tensors

extension WeightMatching {
    /// Reads the tensors that fill the network, one after the other; parameters without one are drawn at random.
    ///
    /// - Parameter seed: of the random parameters, as in `Model(randomlyInitialized:seed:)`.
    /// - Throws: `ModelFileError` when a tensor cannot be read.
    public func weights(
        from file: any WeightFile, for network: Network, seed: Int
    ) throws(ModelFileError) -> [String: Tensor] {
        var weights: [String: Tensor] = [:]
        for (name, _, specification) in network.parameters {
            if let source = sources[name] {
                weights[name] = try file.tensor(source)
            } else {
                weights[name] = specification.initialValue(named: name, seed: seed)
            }
        }
        return weights
    }
}
