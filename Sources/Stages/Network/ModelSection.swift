import NeuralNetwork
import Pipeline
import Reporting

/// What a loaded model has to show: its layers.
enum ModelSection {
    /// - Parameter omissions: what the weights' file lacked or had too much of, in words.
    static func write(_ model: Model, origin: String?, omissions: String? = nil, _ io: StageIO) throws {
        let network = model.network
        var section = SectionContent(title: network.name)
        section.metric("parameters", network.parameterCount)
        section.metric("layers", network.nodes.count)
        section.metric(
            "input", network.inputShape.map(String.init).joined(separator: "×"), explanation: "channels, height, width")
        section.metric("weights", origin == nil ? "random" : "from a file")
        if let omissions { section.note("Weights " + omissions + ".") }
        section.details("Layers") { $0.table(layers(of: network)) }
        SummaryWriter(io).write(section)
    }

    /// The table of layers with output shape, parameters and receptive field.
    static func layers(of network: Network) -> Block.Table {
        var table = Block.Table(
            columns: [
                "layer", "kind", .number("output"), .number("parameters"), .number("receptive field"),
                .number("stride"),
            ])
        for (index, field) in network.receptiveFields.enumerated() {
            let node = network.nodes[index]
            let parameters = node.layer.parameters.filter(\.role.isLearned).reduce(0) { $0 + $1.shape.reduce(1, *) }
            table.append([
                .text(node.name), .text(type(of: node.layer).kind.replacing("_", with: " ")),
                .text(network.shapes[index].map(String.init).joined(separator: "×")),
                parameters == 0 ? "" : .count(parameters),
                .text(field.size.map { $0[0] == $0[1] ? "\($0[0])" : "\($0[0])×\($0[1])" } ?? "all"),
                .text(
                    field.size == nil
                        ? ""
                        : field.stride[0] == field.stride[1]
                            ? "\(field.stride[0])" : "\(field.stride[0])×\(field.stride[1])"),
            ])
        }
        return table
    }
}
