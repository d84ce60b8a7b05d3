import ForeignFiles
import JSONValues
import NeuralNetwork
import Tensors

/// A Keras model as a network of this program: maps are channels first, and where Keras has one layer with an
/// activation, or a separable convolution, there are several nodes.
///
/// Flattening a map gives features in another order than Keras's; what reads them has its weights reordered, so every
/// output behind is the same. Where they are the model's output, layers that reorder them are the last.
struct KerasTranslation {
    /// What a layer gives.
    struct Value {
        let source: Network.Source
        /// `[channels, height, width]` or `[features]`.
        let shape: [Int]
        /// How features of a vector stand in Keras's order: runs of flattened maps; empty for the same order.
        var order: [Run] = []
    }

    /// Features of a map with some channels: here channel by channel, in Keras position by position.
    struct Run: Equatable {
        let channels: Int
        let positions: Int
    }

    /// Where the numbers of a parameter come from.
    struct Parameter {
        enum Content {
            /// A variable of the layer; `order` is that of the features it reads.
            case variable(String, KerasAxes, order: [Run])
            case constant([Float])
            /// From the mean and the variance that a layer learned: what it divides by, or what it adds then.
            case standardization(isOffset: Bool)
        }

        let name: String
        let layer: KerasGraph.Layer
        let contents: Content
    }

    let path: String
    let inputShape: [Int]
    private var nodes: [Network.Node] = []
    /// By the name of the Keras layer.
    private var values: [String: Value] = [:]
    private(set) var parameters: [Parameter] = []

    /// - Parameter imageSize: `[height, width]` of the images; `nil` takes what the model says.
    init(_ graph: KerasGraph, imageSize: [Int]?, path: String) throws(ModelFileError) {
        self.path = path
        inputShape = try Self.inputShape(of: graph, imageSize: imageSize, path: path)
        for layer in graph.layers {
            var inputs: [Value] = []
            for name in layer.inputs {
                guard let name else {
                    inputs.append(Value(source: .networkInput, shape: inputShape))
                    continue
                }
                guard let value = values[name] else {
                    throw ModelFileError(
                        path: path, "layer '\(layer.name)' reads '\(name)', which is not before it",
                        fix: ForeignFix.damaged)
                }
                inputs.append(value)
            }
            guard values[layer.name] == nil else {
                throw ModelFileError(
                    path: path, "two layers are called '\(layer.name)'", fix: "give each layer a name of its own")
            }
            values[layer.name] = try translate(layer, inputs, KerasSettings(layer: layer, path: path))
        }
        // The last node is the output: what stands behind it leads nowhere.
        if let output = values[graph.output], case .node(let index) = output.source {
            nodes.removeSubrange((index + 1)...)
            try restoreOrder(of: output, at: index)
        }
    }

    /// `[channels, height, width]` of the images.
    private static func inputShape(
        of graph: KerasGraph, imageSize: [Int]?, path: String
    ) throws(ModelFileError) -> [Int] {
        var shape = graph.inputShape ?? []
        let fix = "build and save it with an input_shape of height, width and channels"
        guard shape.count == 3, let channels = shape[2] else {
            let words = shape.map { $0.map(String.init) ?? "open" }.joined(separator: ", ")
            throw ModelFileError(
                path: path,
                shape.isEmpty
                    ? "the model does not say the shape of its input"
                    : "the model's input has the shape [\(words)], not [height, width, channels]",
                fix: fix)
        }
        if let imageSize { shape.replaceSubrange(..<2, with: imageSize) }
        guard let height = shape[0], let width = shape[1] else {
            throw ModelFileError(path: path, "the model's input leaves height or width open", fix: ModelFile.sizeFix)
        }
        guard [height, width, channels].allSatisfy({ (1...1 << 16).contains($0) }) else {
            throw ModelFileError(path: path, "the model's input has the shape \([height, width, channels])", fix: fix)
        }
        return [channels, height, width]
    }

    /// Puts the features that the model gives in Keras's order.
    private mutating func restoreOrder(of output: Value, at index: Int) throws(ModelFileError) {
        guard let run = output.order.first else { return }
        guard output.order.count == 1 else {
            throw ModelFileError(
                path: path, "the model gives features of several flattened maps",
                fix: "save it up to the layer before, or with a layer that reads them")
        }
        nodes += Network.reflattening(
            from: index, named: nodes[index].name, map: [run.channels, run.positions, 1], next: nodes.count)
    }

    /// Appends a node.
    mutating func append(
        _ name: String, _ layer: any Layer, _ inputs: [Value], order: [Run]? = nil
    ) throws(ModelFileError) -> Value {
        let shape: [Int]
        do throws(NetworkError) {
            // Sizes are checked against overflow by `Network`, in the same order; here they must only not trap.
            shape = try layer.outputShape(of: inputs.map(\.shape))
        } catch {
            throw ModelFileError(path: path, "layer '\(name)' does not fit: \(error.what)", fix: ForeignFix.damaged)
        }
        var product = 1
        for length in shape {
            product = product.multipliedReportingOverflow(by: length).partialValue
            guard product > 0, product < 1 << 31 else {
                throw ModelFileError(
                    path: path, "layer '\(name)' gives the shape \(shape)", fix: "use an input that fits the layers")
            }
        }
        nodes.append(Network.Node(name: name, layer: layer, inputs: inputs.map(\.source)))
        return Value(source: .node(nodes.count - 1), shape: shape, order: order ?? inputs[0].order)
    }

    /// Says where a parameter of a node comes from.
    mutating func parameter(_ name: String, of layer: KerasGraph.Layer, _ contents: Parameter.Content) {
        parameters.append(Parameter(name: name, layer: layer, contents: contents))
    }

    func network(named name: String) throws(ModelFileError) -> Network {
        do {
            return try Network(name: name, inputShape: inputShape, nodes: nodes)
        } catch {
            throw ModelFileError(path: path, error.what, fix: error.fix)
        }
    }

    // MARK: - Weights

    /// Reads the parameters of the network.
    func weights(
        from variables: KerasVariables, for network: Network
    ) throws(ModelFileError) -> [String: Tensor] {
        let shapes = Dictionary(uniqueKeysWithValues: network.parameters.map { ($0.name, $0.specification.shape) })
        let bytes = shapes.values.reduce(0) { $0 + 4 * $1.reduce(1, *) }
        guard bytes <= variables.sizeLimit else {
            throw ModelFileError(
                path: path, "its layers need \(bytes) bytes of weights, more than the file can hold",
                fix: ForeignFix.damaged)
        }
        var weights: [String: Tensor] = [:]
        for parameter in parameters {
            guard let shape = shapes[parameter.name] else { continue }
            switch parameter.contents {
            case .constant(let numbers):
                weights[parameter.name] = Tensor(
                    shape: shape, numbers.count == 1 ? [Float](repeating: numbers[0], count: shape[0]) : numbers)
            case .standardization(let isOffset):
                let mean = try numbers("mean", of: parameter, variables, count: shape[0])
                let variance = try numbers("variance", of: parameter, variables, count: shape[0])
                let line = Self.standardization(mean: mean, variance: variance)
                weights[parameter.name] = Tensor(shape: shape, isOffset ? line.offsets : line.factors)
            case .variable(let role, let axes, let order):
                let variable = try variable(role, of: parameter, variables)
                let stored = variable.dataset.shape
                guard stored.count == axes.rank ?? stored.count, fits(axes.shape(of: stored), shape) else {
                    throw misfit(role, of: parameter, stored, shape)
                }
                weights[parameter.name] = try axes.tensor(of: variable.dataset).reshaped(to: shape).reordered(order)
            }
        }
        return weights
    }

    private func variable(
        _ role: String, of parameter: Parameter, _ variables: KerasVariables
    ) throws(ModelFileError) -> KerasVariables.Variable {
        let known = variables.variables(of: parameter.layer.origin)
        guard let variable = known[role] ?? Self.otherRoles[role].flatMap({ known[$0] }) else {
            throw ModelFileError(
                path: path, "layer '\(parameter.layer.name)' (\(parameter.layer.kind)) has no variable '\(role)'",
                fix: "save the whole model again with model.save(path)")
        }
        return variable
    }

    /// A variable of one number for each channel.
    private func numbers(
        _ role: String, of parameter: Parameter, _ variables: KerasVariables, count: Int
    ) throws(ModelFileError) -> [Float] {
        let variable = try variable(role, of: parameter, variables)
        guard variable.dataset.shape.reduce(1, *) == count else {
            throw misfit(role, of: parameter, variable.dataset.shape, [count])
        }
        return try KerasAxes.same.tensor(of: variable.dataset).scalars
    }

    private func misfit(_ role: String, of parameter: Parameter, _ found: [Int], _ needed: [Int]) -> ModelFileError {
        ModelFileError(
            path: path,
            "variable '\(role)' of layer '\(parameter.layer.name)' has the shape \(found), which does not give \(needed)",
            fix: ForeignFix.damaged)
    }

    /// What a variable is called where a file does not tell it from others: Keras 3 calls the filters of every
    /// convolution the same, and numbers the variables of a normalization, which may have factors but no offsets.
    private static let otherRoles = ["depthwise_kernel": "kernel", "gamma": "beta"]

    /// A dense layer over a map is a convolution: its weights have two axes of length 1 more.
    private func fits(_ found: [Int], _ needed: [Int]) -> Bool {
        found == needed || found + [1, 1] == needed
    }
}

extension Tensor {
    /// The last axis in this program's order, where it was in Keras's.
    func reordered(_ order: [KerasTranslation.Run]) -> Tensor {
        guard !order.isEmpty, let features = shape.last else { return self }
        return withUnsafeBufferPointer { source in
            Tensor(uninitialized: shape) { target in
                for row in stride(from: 0, to: source.count, by: features) {
                    var start = row
                    for run in order {
                        for channel in 0..<run.channels {
                            for position in 0..<run.positions {
                                target[start + channel * run.positions + position] =
                                    source[start + position * run.channels + channel]
                            }
                        }
                        start += run.channels * run.positions
                    }
                }
            }
        }
    }
}
