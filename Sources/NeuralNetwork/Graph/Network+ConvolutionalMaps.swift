extension Network {
    /// The layer whose maps are what the convolutions before a classifier found: the last convolution on the way to `goal`
    /// but for the classifier (the last layer of weights on that way), followed through what belongs to it,
    /// normalization, activation, and the join with other branches; `nil` where none gives maps of several positions.
    package func lastConvolutionalMaps(before goal: Int) -> Int? {
        let way = ancestors(of: [goal])
        let weighted = way.sorted().filter { nodes[$0].layer is Convolution || nodes[$0].layer is Linear }
        let convolutions = weighted.dropLast().filter {
            nodes[$0].layer is Convolution && shapes[$0].dropFirst().reduce(1, *) > 1
        }
        guard var place = convolutions.last else { return nil }
        let consumers = consumers
        while case let readers = Set(consumers[place]).intersection(way), readers.count == 1,
            let reader = readers.first, nodes[reader].belongsToConvolution
        {
            place = reader
        }
        return place
    }
}

extension Network.Node {
    fileprivate var belongsToConvolution: Bool {
        switch layer {
        case is BatchNormalization, is ChannelScale, is ReLU, is LeakyReLU, is Clip, is SiLU, is Hardswish, is Sigmoid,
            is Tanh, is Addition, is Concatenation:
            true
        default: false
        }
    }
}
