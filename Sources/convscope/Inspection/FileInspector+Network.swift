import ModelFormats
import NeuralNetwork

extension FileInspector {
    /// The network of a file that holds one, or why it cannot be run: a line for each layer with name, kind and shape of
    /// its output, and the totals. Nothing for a file of weights.
    static func network(_ open: () throws(ModelFileError) -> ModelFile?) -> [String] {
        let network: Network
        do {
            guard let file = try open() else { return [] }
            network = file.network
        } catch {
            return ["the network cannot be read: \(error.what)"]
        }
        let rows = zip(network.nodes, network.shapes).map { [$0.name, type(of: $0.layer).kind, Words.shape($1)] }
        let totals = [
            Words.counted(rows.count, "layer"), "\(Words.count(network.parameterCount)) parameters",
            "input \(Words.shape(network.inputShape))",
        ]
        return ["network \(network.name):", Table.text(rows), totals.joined(separator: ", ")]
    }
}
