/// The part of a graph that its first output needs, and the input that it begins with.
struct ONNXReachable {
    let opset: Int
    /// In the order of the file.
    let nodes: [ONNXNode]
    /// How often each value is read.
    let uses: [String: Int]
    let input: ONNXValueInfo
    let output: String

    /// - Throws: `ONNXProblem` when there is no output, or not one input.
    init(_ model: ONNXModel) throws(ONNXProblem) {
        guard let output = model.outputs.first else { throw ONNXProblem("the graph has no output") }
        var makers: [String: Int] = [:]
        for (index, node) in model.nodes.enumerated() {
            for name in node.outputs where !name.isEmpty { makers[name] = index }
        }
        var isNeeded = [Bool](repeating: false, count: model.nodes.count)
        var uses = [output: 1]
        var waiting = makers[output].map { [$0] } ?? []
        while let index = waiting.popLast() {
            guard !isNeeded[index] else { continue }
            isNeeded[index] = true
            for name in model.nodes[index].inputs where !name.isEmpty {
                uses[name, default: 0] += 1
                if let maker = makers[name], !isNeeded[maker] { waiting.append(maker) }
            }
        }
        let initializers = Set(model.initializers.map(\.name))
        let inputs = model.inputs.filter { !initializers.contains($0.name) && uses[$0.name] != nil }
        guard let input = inputs.first, inputs.count == 1 else {
            throw ONNXProblem(
                inputs.isEmpty
                    ? "the output '\(output.prefix(120))' depends on no input"
                    : "the graph has \(inputs.count) inputs, but a network has one: "
                        + inputs.prefix(6).map { "'\($0.name.prefix(80))'" }.joined(separator: ", "))
        }
        opset = model.opset
        nodes = zip(model.nodes, isNeeded).filter(\.1).map(\.0)
        self.uses = uses
        self.input = input
        self.output = output
    }

    /// Whether the input's axes are `[batch, height, width, channels]`: everything that reads it says so.
    var readsChannelsLast: Bool {
        let readers = nodes.filter { $0.inputs.contains(input.name) }
        return readers.allSatisfy { node in
            node.operation == "Transpose" && (try? node.attributes["perm"]?.integers) == [0, 3, 1, 2]
        }
    }
}
