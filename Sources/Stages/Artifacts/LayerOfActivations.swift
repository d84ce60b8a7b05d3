import HDF5Files
import JSONValues
import NeuralNetwork
import Pipeline

/// A layer whose activations a file holds.
struct LayerOfActivations: Sendable {
    /// The path of its dataset.
    let name: String
    /// Its other name in the network; an attribute of the dataset in the file.
    let alias: String?

    init(name: String, alias: String?) {
        self.name = name
        self.alias = alias
    }

    init(_ node: Network.Node) { self.init(name: node.name, alias: node.alias) }

    /// Notes the other name beside the dataset.
    func writeAlias(to dataset: HDF5Dataset) throws {
        if let alias { try dataset.setAttribute("alias", .string(alias)) }
    }

    /// Which layer is meant.
    /// - Throws: `StageError` that lists the layers.
    static func resolve(_ layer: String?, among layers: [Self]) throws -> Self {
        guard let layer else {
            guard layers.count == 1 else { throw problem(layer, among: layers) }
            return layers[0]
        }
        guard let found = layers.first(where: { $0.name == layer || $0.alias == layer }) else {
            throw problem(layer, among: layers)
        }
        return found
    }

    private static func problem(_ layer: String?, among layers: [Self]) -> StageError {
        let names = layers.map(\.name)
        let known = names.count <= 12 ? names : names.prefix(12) + ["…"]
        guard let layer else {
            return StageError(
                "the activations hold \(names.count) layers",
                fix: "name one with 'layer': \(known.joined(separator: ", "))")
        }
        let nearest = nearestName(to: layer, in: names + layers.compactMap(\.alias))
        return StageError(
            "the activations hold no layer '\(layer)'" + (nearest.map { "; did you mean '\($0)'?" } ?? ""),
            fix: "write one of \(known.joined(separator: ", ")), or extract it too")
    }
}
