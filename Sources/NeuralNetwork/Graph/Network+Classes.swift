extension Network {
    /// The same network for another number of classes: its last layer with weights gets as many outputs.
    ///
    /// - Throws: `NetworkError.noClassifier` when that layer is neither fully connected nor an ungrouped convolution, and
    ///   other errors when layers behind it cannot take the new shape.
    public func withClasses(_ classes: Int) throws(NetworkError) -> Network {
        precondition(classes > 0, "\(classes) classes")
        guard let last = classifierIndex else { throw .noClassifier }
        var nodes = nodes
        nodes[last] = Node(
            name: nodes[last].name, alias: nodes[last].alias, layer: try nodes[last].layer.withOutputs(classes),
            inputs: nodes[last].inputs)
        return try Network(name: name, inputShape: inputShape, nodes: nodes)
    }

    /// Position of the last layer with weights.
    package var classifierIndex: Int? { nodes.lastIndex { !$0.layer.parameters.isEmpty } }
}

extension Model {
    /// The same model for other classes: the last layer with weights is replaced by one with random weights, all others
    /// keep theirs. Where fine-tuning starts.
    public func withClasses(_ names: [String], seed: Int) throws(NetworkError) -> Model {
        let network = try network.withClasses(names.count)
        var model = Model(randomlyInitialized: network, seed: seed, input: input)
        for (name, node, _) in network.parameters where node != network.classifierIndex {
            model.weights[name] = weights[name]
        }
        model.classNames = names
        return model
    }
}

extension Layer {
    /// The same layer with another number of outputs.
    fileprivate func withOutputs(_ count: Int) throws(NetworkError) -> any Layer {
        switch self {
        case let linear as Linear:
            return Linear(inputFeatures: linear.inputFeatures, outputFeatures: count, hasBias: linear.hasBias)
        case let convolution as Convolution where convolution.groups == 1:
            return Convolution(
                inputChannels: convolution.inputChannels, outputChannels: count, kernel: convolution.kernel,
                stride: convolution.stride, padding: convolution.padding,
                trailingPadding: convolution.trailingPadding, dilation: convolution.dilation,
                hasBias: convolution.hasBias)
        default: throw .noClassifier
        }
    }
}
