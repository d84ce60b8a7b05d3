import NeuralNetwork
import Tensors

/// A network of the engine that does what an ONNX graph does up to its first output.
struct ONNXNetwork: Sendable {
    let network: Network
    /// By the full names of `network.parameters`, in their shapes.
    let parameters: [String: ONNXConstant]

    /// Why there is none.
    struct Failure: Error {
        let what: String
        let fix: String
    }

    /// - Parameters:
    ///   - name: of the network.
    ///   - imageSize: `[height, width]`; `nil` takes what the graph says.
    ///   - constants: the stored tensors by name.
    init(
        _ model: ONNXModel, name: String, imageSize: [Int]?, constants: [String: ONNXConstant]
    ) throws(Failure) {
        let graph: ONNXReachable
        do { graph = try ONNXReachable(model) } catch {
            throw Failure(what: error.what, fix: "export the part of the model that goes from the image to one output")
        }
        let (input, batch) = try Self.input(of: graph, imageSize: imageSize)
        let conversion = ONNXConversion(graph, constants: constants, input: input, batch: batch)
        guard conversion.problems.isEmpty else { throw Self.unread(conversion.problems) }
        guard case .activation(let output) = conversion.value(graph.output), case .node(var last) = output.source else {
            throw Failure(
                what: "the output '\(graph.output.prefix(120))' is computed by no layer",
                fix: "export the model from its image to its logits")
        }
        var converted = conversion.nodes
        if case .flatChannelsLast(let map) = output.view {
            // What reads a flattened map has its weights reordered; nothing reads the output.
            converted += Network.reflattening(from: last, named: converted[last].name, map: map, next: converted.count)
            last = converted.count - 1
        }
        let nodes = Self.ancestors(of: last, among: converted)
        do throws(NetworkError) {
            network = try Network(name: name, inputShape: input.shape, nodes: nodes)
        } catch { throw Failure(what: error.what, fix: error.fix) }
        let names = Set(network.parameters.map(\.name))
        parameters = conversion.parameters.filter { names.contains($0.key) }
        try limitParameters(constants)
    }

    /// The parameters must be about as many as the numbers stored: a few bytes could else stand for any number of
    /// layers that share a tensor, each of which would get a copy.
    private func limitParameters(_ constants: [String: ONNXConstant]) throws(Failure) {
        let stored = constants.values.reduce(4 << 20) { $0 + min($1.count, 1 << 34) }
        let needed = parameters.values.reduce(0) { $0 + $1.count }
        guard needed <= stored else {
            throw Failure(
                what: "its layers have \(needed) parameters, many times the numbers that the file stores",
                fix: "export the model with weights of its own for each layer")
        }
    }

    /// What stands for the graph's input.
    private static func input(
        of graph: ONNXReachable, imageSize: [Int]?
    ) throws(Failure) -> (activation: ONNXActivation, batch: Int) {
        let name = graph.input.name.prefix(120)
        guard var shape = graph.input.shape, shape.count == 4 else {
            throw Failure(
                what: "its input '\(name)' has not the axes [batch, channels, height, width]"
                    + (graph.input.shape.map { ", but \($0.count)" } ?? ""),
                fix: "export a model of images")
        }
        let isChannelsLast = graph.readsChannelsLast
        if isChannelsLast { shape = [shape[0], shape[3], shape[1], shape[2]] }
        // Zero and negative lengths stand for open ones in some files.
        var lengths = shape.map { $0.flatMap { $0 > 0 ? $0 : nil } }
        guard lengths[1] != nil else {
            throw Failure(
                what: "its input '\(name)' leaves the number of channels open",
                fix: "export the model with a fixed number of channels")
        }
        if let imageSize { lengths.replaceSubrange(2..., with: imageSize) }
        let image = lengths.dropFirst().compactMap(\.self)
        guard image.count == 3 else {
            throw Failure(what: "its input '\(name)' leaves height or width open", fix: ModelFile.sizeFix)
        }
        guard (image + [lengths[0] ?? 1]).allSatisfy({ 1...1 << 16 ~= $0 }) else {
            throw Failure(what: "its input '\(name)' has the shape \(image)", fix: "export the model for real images")
        }
        return (ONNXActivation(.networkInput, image, isChannelsLast ? .channelsLast : .same), lengths[0] ?? 1)
    }

    private static func unread(_ problems: [String]) -> Failure {
        let listed = problems.prefix(12).map { "\n  - " + $0 }.joined()
        let rest = problems.count > 12 ? "\n  - and \(problems.count - 12) more" : ""
        return Failure(
            what: (problems.count == 1 ? "a node" : "\(problems.count) nodes") + " cannot be read:" + listed + rest,
            fix: "export the network without \(problems.count == 1 ? "it" : "them"), up to its logits; "
                + "the operators read are " + ONNXOperators.all.keys.sorted().joined(separator: ", "))
    }

    /// The nodes that the last one needs, and itself.
    private static func ancestors(of last: Int, among nodes: [Network.Node]) -> [Network.Node] {
        var isNeeded = [Bool](repeating: false, count: nodes.count)
        isNeeded[last] = true
        for index in nodes.indices.reversed() where isNeeded[index] {
            for case .node(let source) in nodes[index].inputs { isNeeded[source] = true }
        }
        var positions = [Int](repeating: 0, count: nodes.count)
        var kept: [Network.Node] = []
        for index in nodes.indices where isNeeded[index] {
            let node = nodes[index]
            positions[index] = kept.count
            let inputs = node.inputs.map { source -> Network.Source in
                guard case .node(let position) = source else { return source }
                return .node(positions[position])
            }
            kept.append(Network.Node(name: node.name, layer: node.layer, inputs: inputs))
        }
        return kept
    }
}
