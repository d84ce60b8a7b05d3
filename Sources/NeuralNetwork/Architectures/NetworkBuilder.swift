/// Strings layers together, keeping count of the channels.
struct NetworkBuilder {
    private(set) var nodes: [Network.Node] = []
    private var shape: [Int]
    private let inputShape: [Int]

    init(inputShape: [Int]) {
        self.inputShape = inputShape
        shape = inputShape
    }

    /// Channels (or features) of the last layer so far.
    var channels: Int { shape[0] }

    /// Appends a layer after the last one, or after a named place, and returns its place.
    @discardableResult
    mutating func append(_ name: String, _ layer: any Layer) throws(NetworkError) -> Network.Source {
        shape = try layer.outputShape(of: [shape])
        nodes.append(
            Network.Node(name: name, layer: layer, inputs: [nodes.isEmpty ? .networkInput : .node(nodes.count - 1)]))
        return .node(nodes.count - 1)
    }

    func network(named name: String) throws(NetworkError) -> Network {
        try Network(name: name, inputShape: inputShape, nodes: nodes)
    }
}
