/// The description of a network: layers with PyTorch's dotted names, wired as a graph without cycles.
///
/// Node `i` takes its inputs from nodes before it, or from the network's input. The last node is the network's output.
/// A network holds no weights: see `Model`.
public struct Network: Sendable {
    /// One layer in its place.
    public struct Node: Sendable {
        /// Dotted name as in PyTorch's `named_modules()`: `features.14`.
        public let name: String
        /// Another name that the layer answers to, as `block3_conv3` in Keras.
        public let alias: String?
        public let layer: any Layer
        public let inputs: [Source]

        public init(name: String, alias: String? = nil, layer: any Layer, inputs: [Source]) {
            self.name = name
            self.alias = alias
            self.layer = layer
            self.inputs = inputs
        }
    }

    /// Where a value comes from.
    public enum Source: Sendable, Hashable {
        case networkInput
        case node(Int)
    }

    public let name: String
    /// `[channels, height, width]` of the images it was made for.
    public let inputShape: [Int]
    public let nodes: [Node]
    /// Shape of each node's output for an input of `inputShape`, without the batch axis.
    public let shapes: [[Int]]

    private let indices: [String: Int]

    /// - Throws: `NetworkError` when names repeat, inputs are missing or shapes do not fit.
    public init(name: String, inputShape: [Int], nodes: [Node]) throws(NetworkError) {
        guard !nodes.isEmpty else { throw .noLayers }
        var indices: [String: Int] = [:]
        for (index, node) in nodes.enumerated() {
            for name in [node.name] + (node.alias.map { [$0] } ?? []) {
                if let reason = Self.objection(toName: name) { throw .badName(name, reason: reason) }
                guard indices.updateValue(index, forKey: name) == nil else { throw .repeatedName(name) }
            }
        }
        self.name = name
        self.inputShape = inputShape
        self.nodes = nodes
        self.indices = indices
        shapes = try Self.inferShapes(of: nodes, inputShape: inputShape)
        try Self.limitParameters(of: nodes)
    }

    /// The same network for images of another size.
    /// - Throws: `NetworkError` when the size does not fit, as before a fully connected layer.
    public func withInput(shape: [Int]) throws(NetworkError) -> Network {
        try Network(name: name, inputShape: shape, nodes: nodes)
    }

    /// The network up to and including a layer: what lies beyond is not computed, nor need its shapes fit.
    public func upTo(_ index: Int, inputShape: [Int]? = nil) throws(NetworkError) -> Network {
        try Network(name: name, inputShape: inputShape ?? self.inputShape, nodes: Array(nodes[...index]))
    }

    /// Names of all layers in order.
    public var layerNames: [String] { nodes.map(\.name) }

    private var aliases: [String] { nodes.compactMap(\.alias) }

    /// Position of a layer, by its name or its alias.
    /// - Throws: `NetworkError.unknownLayer` with the nearest name.
    public func index(of layer: String) throws(NetworkError) -> Int {
        guard let index = indices[layer] else { throw .unknownLayer(layer, known: layerNames + aliases) }
        return index
    }

    /// Positions of the layers whose name or alias is, or matches, a shell-style pattern (`features.*`), in order.
    /// - Throws: `NetworkError.unknownLayer` when none does.
    public func indices(matching pattern: String) throws(NetworkError) -> [Int] {
        if let index = indices[pattern] { return [index] }
        let glob = GlobPattern(pattern)
        let found = nodes.indices.filter { index in
            glob.matches(nodes[index].name) || nodes[index].alias.map(glob.matches) == true
        }
        guard !found.isEmpty else { throw .unknownLayer(pattern, known: layerNames + aliases) }
        return found
    }

    /// Shape of the output, without the batch axis.
    public var outputShape: [Int] { shapes[nodes.count - 1] }

    /// The node whose output are the logits: the last one, or what a softmax at the end reads.
    public var logitsNode: Int {
        let last = nodes[nodes.count - 1]
        guard last.layer is Softmax || last.layer is LogSoftmax, case .node(let source) = last.inputs[0] else {
            return nodes.count - 1
        }
        return source
    }

    /// How many scores the logits are: a vector, or as exporters write it a map of one place; `nil` for other maps.
    public var scoreCount: Int? {
        let shape = shapes[logitsNode]
        return shape.dropFirst().allSatisfy { $0 == 1 } ? shape[0] : nil
    }

    /// Nodes that read each node's output.
    public var consumers: [[Int]] {
        var result = [[Int]](repeating: [], count: nodes.count)
        for (index, node) in nodes.enumerated() {
            for case .node(let source) in node.inputs { result[source].append(index) }
        }
        return result
    }

    /// Full names and shapes of everything that the weights must hold: `features.0.weight`, ….
    public var parameters: [(name: String, node: Int, specification: ParameterSpecification)] {
        nodes.enumerated().flatMap { index, node in
            node.layer.parameters.map { (node.name + "." + $0.name, index, $0) }
        }
    }

    /// Number of learned numbers.
    public var parameterCount: Int {
        parameters.reduce(0) { $0 + ($1.specification.role.isLearned ? $1.specification.shape.reduce(1, *) : 0) }
    }

    /// Why a layer cannot have a name: it becomes a dataset of HDF5 files, and part of file names.
    private static func objection(toName name: String) -> String? {
        if name.isEmpty { return "the name is empty" }
        if name == "." || name == ".." { return "it stands for a folder" }
        if name.utf8.count > 200 { return "it has \(name.utf8.count) bytes, more than 200" }
        if name.unicodeScalars.contains("/") { return "it has a slash, which separates groups in HDF5 files" }
        if name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return "it has a control character"
        }
        return nil
    }

    /// Refuses what would take more than 32 GB of weights, before anything is allocated.
    private static func limitParameters(of nodes: [Node]) throws(NetworkError) {
        var total = 0
        for node in nodes {
            for parameter in node.layer.parameters {
                var count = 1
                for length in parameter.shape {
                    let (product, overflow) = count.multipliedReportingOverflow(by: length)
                    guard !overflow, product <= 1 << 33 else { throw .tooManyParameters(layer: node.name) }
                    count = product
                }
                total += count
            }
            guard total <= 1 << 33 else { throw .tooManyParameters(layer: node.name) }
        }
    }

    private static func inferShapes(of nodes: [Node], inputShape: [Int]) throws(NetworkError) -> [[Int]] {
        guard inputShape.count == 3, inputShape.allSatisfy({ $0 > 0 }) else {
            throw .badFile("the input shape is not [channels, height, width] but \(inputShape)")
        }
        var shapes: [[Int]] = []
        for (index, node) in nodes.enumerated() {
            var inputs: [[Int]] = []
            for source in node.inputs {
                switch source {
                case .networkInput: inputs.append(inputShape)
                case .node(let position):
                    precondition(
                        position < index, "node \(index) reads node \(position), which does not stand before it")
                    inputs.append(shapes[position])
                }
            }
            guard node.layer.inputCount.contains(inputs.count) else {
                throw .wrongInputCount(
                    layer: node.name, expected: inWords(node.layer.inputCount), found: inputs.count)
            }
            let shape: [Int]
            do throws(NetworkError) { shape = try node.layer.outputShape(of: inputs) } catch {
                throw error.inLayer(node.name)
            }
            guard shape.allSatisfy({ $0 > 0 }) else { throw .emptyOutput(layer: node.name, input: inputs[0]) }
            var product = 1
            for length in shape {
                product = product.multipliedReportingOverflow(by: length).partialValue
                guard product > 0, product < 1 << 31 else { throw .tooLarge(layer: node.name) }
            }
            shapes.append(shape)
        }
        return shapes
    }
}

private func inWords(_ inputs: ClosedRange<Int>) -> String {
    switch (inputs.lowerBound, inputs.upperBound) {
    case (1, 1): "one input"
    case (2, 2): "two inputs"
    default: "two inputs or more"
    }
}

extension NetworkError {
    /// The same error with the layer's name, which the layer itself does not know.
    package func inLayer(_ name: String) -> NetworkError {
        switch self {
        case .shapeMismatch(_, let expected, let found): .shapeMismatch(layer: name, expected: expected, found: found)
        case .shapesDiffer(_, let shapes): .shapesDiffer(layer: name, shapes)
        default: self
        }
    }
}
