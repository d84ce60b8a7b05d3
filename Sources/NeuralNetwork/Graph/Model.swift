public import Tensors

/// A network with its weights, and what is known of its input and classes.
public struct Model: Sendable {
    public let network: Network
    /// Tensors by full name (`features.0.weight`), with the shapes of `network.parameters`.
    public var weights: [String: Tensor]
    public var input: InputContract
    /// Names of the classes in the order of the output; empty when unknown.
    public var classNames: [String]

    /// - Throws: `NetworkError` naming every parameter that is missing, or the first that has another shape or holds
    ///   NaN or infinite numbers.
    public init(
        network: Network, weights: [String: Tensor], input: InputContract = .unit, classNames: [String] = []
    ) throws(NetworkError) {
        let missing = network.parameters.map(\.name).filter { weights[$0] == nil }
        guard missing.isEmpty else { throw .missingParameters(missing) }
        for (name, _, specification) in network.parameters {
            let tensor = weights[name]!
            guard tensor.shape == specification.shape else {
                throw .wrongParameterShape(name: name, expected: specification.shape, found: tensor.shape)
            }
            guard tensor.isFinite else { throw .nonFiniteParameter(name: name) }
            guard specification.role != .runningVariance || tensor.range!.lowerBound >= 0 else {
                throw .negativeVariance(name: name)
            }
        }
        self.network = network
        self.weights = weights
        self.input = input
        self.classNames = classNames
    }

    /// A network with random weights, drawn as PyTorch's layers draw theirs.
    public init(randomlyInitialized network: Network, seed: Int, input: InputContract = .unit) {
        self.network = network
        self.input = input
        classNames = []
        weights = Dictionary(
            uniqueKeysWithValues: network.parameters.map { name, _, specification in
                (name, specification.initialValue(named: name, seed: seed))
            })
    }

    /// The tensor of a layer by its name or its alias, `weight` of `features.0` for example.
    public func tensor(_ parameter: String, of layer: String) -> Tensor? {
        guard let node = try? network.index(of: layer) else { return nil }
        return weights[network.nodes[node].name + "." + parameter]
    }
}

extension ParameterSpecification {
    /// What a parameter holds before training.
    ///
    /// Weights and biases are uniform in ±1/√fanIn (what `kaiming_uniform_(a=√5)` comes to); normalisations start as
    /// the identity. Each tensor has a stream of its own, named after it, so a layer's numbers do not depend on others.
    ///
    /// - Parameter fullName: with the layer's, `features.0.weight`.
    public func initialValue(named fullName: String, seed: Int) -> Tensor {
        switch role {
        case .scale, .runningVariance: return Tensor(shape: shape, repeating: 1)
        case .shift, .runningMean: return Tensor(shape: shape)
        case .weight, .bias:
            let bound = 1 / Float(fanIn).squareRoot()
            let random = CounterRandom(seed: seed).stream(fullName)
            return Tensor(uninitialized: shape) { buffer in
                for index in buffer.indices { buffer[index] = (2 * random.uniform(index) - 1) * bound }
            }
        }
    }
}
