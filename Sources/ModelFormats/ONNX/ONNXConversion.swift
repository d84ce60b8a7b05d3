import ForeignFiles
import NeuralNetwork
import Tensors

/// Turns the graph of an ONNX file into a network of the engine, node by node in the file's order.
///
/// Only what the first output needs is converted. What cannot be is noted, and the conversion goes on, so that all of
/// it is reported at once.
struct ONNXConversion {
    /// Samples in ONNX's shapes: what the file says, 1 where it leaves it open.
    let batch: Int
    private(set) var nodes: [Network.Node] = []
    /// Of the layers, by their full names.
    private(set) var parameters: [String: ONNXConstant] = [:]
    private(set) var problems: [String] = []

    private let inputShape: [Int]
    private var shapes: [[Int]] = []
    private var values: [String: ONNXValue]
    private var names: ONNXNames
    private let uses: [String: Int]
    /// Layers without a bias of their own, by the name of what they make.
    private var withoutBias: [String: Int] = [:]

    init(_ graph: ONNXReachable, constants: [String: ONNXConstant], input: ONNXActivation, batch: Int) {
        self.batch = batch
        inputShape = input.shape
        values = constants.mapValues { .constant($0) }
        values[graph.input.name] = .activation(input)
        names = ONNXNames(graph.nodes)
        uses = graph.uses
        for node in graph.nodes { convert(node, opset: graph.opset) }
    }

    /// What the conversion knows of a value.
    func value(_ name: String) -> ONNXValue? { values[name] }

    func shape(of source: Network.Source) -> [Int] {
        switch source {
        case .networkInput: inputShape
        case .node(let index): shapes[index]
        }
    }

    private mutating func convert(_ node: ONNXNode, opset: Int) {
        var result = ONNXValue.unknown
        do throws(ONNXProblem) {
            guard let operation = ONNXOperators.all[node.operation] else {
                throw ONNXProblem("there is no layer for this operator")
            }
            var inputs: [ONNXValue?] = []
            for name in node.inputs {
                guard let value = name.isEmpty ? .some(nil) : values[name].map(Optional.some) else {
                    throw ONNXProblem("it reads '\(name.prefix(120))', which no node before it makes")
                }
                inputs.append(value)
            }
            if let other = node.outputs.dropFirst().first(where: { uses[$0] != nil }) {
                throw ONNXProblem("its output '\(other.prefix(120))' is used, and only the first is made")
            }
            let isKnown = inputs.allSatisfy { if case .unknown = $0 { false } else { true } }
            if isKnown { result = try operation(ONNXCall(node: node, inputs: inputs, opset: opset), &self) }
        } catch {
            problems.append("\(node.inWords): \(error.what)")
        }
        if let output = node.outputs.first { values[output] = result }
    }

    // MARK: - What operators ask

    /// Appends a layer.
    /// - Parameter parameters: by their names in the layer, in its shapes. `weight` also names the layer.
    mutating func append(
        _ layer: any Layer, to inputs: [Network.Source], for call: ONNXCall, parameters: [String: ONNXConstant] = [:]
    ) throws(ONNXProblem) -> ONNXActivation {
        let name = names.name(of: call.node, weight: parameters["weight"]?.name)
        let shape: [Int]
        do throws(NetworkError) {
            shape = try layer.outputShape(of: inputs.map { self.shape(of: $0) })
        } catch { throw ONNXProblem(error.inLayer(name).what) }
        var count = 1
        for length in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: length)
            guard length > 0, !overflow, product < 1 << 31 else {
                throw ONNXProblem("its output would have the shape \(shape)")
            }
            count = product
        }
        for specification in layer.parameters {
            guard let constant = parameters[specification.name], constant.shape == specification.shape else {
                throw ONNXProblem("its '\(specification.name)' has not the shape \(specification.shape)")
            }
            self.parameters[name + "." + specification.name] = constant
        }
        nodes.append(Network.Node(name: name, layer: layer, inputs: inputs))
        shapes.append(shape)
        return ONNXActivation(.node(nodes.count - 1), shape)
    }

    /// Appends a layer to one value, whose order of axes it leaves as it is.
    mutating func append(
        _ layer: any Layer, to input: ONNXActivation, for call: ONNXCall, parameters: [String: ONNXConstant] = [:]
    ) throws(ONNXProblem) -> ONNXActivation {
        try append(layer, to: [input.source], for: call, parameters: parameters).viewed(input.view)
    }

    /// Notes that the last layer has no bias: a sum with a constant that alone follows will become it.
    mutating func noteWithoutBias(_ call: ONNXCall) {
        if let output = call.node.outputs.first, uses[output] == 1 { withoutBias[output] = nodes.count - 1 }
    }

    /// Gives the layer that made a value a bias, if it is the layer's only use.
    /// - Returns: `false` where there is no such layer.
    mutating func addBias(_ bias: ONNXConstant, to output: String) -> Bool {
        guard let index = withoutBias.removeValue(forKey: output) else { return false }
        let node = nodes[index]
        let layer: any Layer
        switch node.layer {
        case let convolution as Convolution: layer = convolution.withBias
        case let linear as Linear:
            layer = Linear(inputFeatures: linear.inputFeatures, outputFeatures: linear.outputFeatures)
        default: return false
        }
        nodes[index] = Network.Node(name: node.name, layer: layer, inputs: node.inputs)
        parameters[node.name + ".bias"] = bias
        return true
    }
}

extension Convolution {
    fileprivate var withBias: Convolution {
        Convolution(
            inputChannels: inputChannels, outputChannels: outputChannels, kernel: kernel, stride: stride,
            padding: padding, trailingPadding: trailingPadding, dilation: dilation, groups: groups)
    }
}
