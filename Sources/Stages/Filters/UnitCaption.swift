import FeatureVisualization
import NeuralNetwork

/// What stands below the image of a unit: its name, and where it is the score of a class, the name of that.
struct UnitCaption {
    private let scoreLayer: String
    private let classNames: [String]

    init(_ model: Model) {
        scoreLayer = model.network.nodes[model.network.logitsNode].name
        classNames = model.classNames
    }

    func text(_ result: MaximizedUnit) -> String {
        let terms = result.unit.terms
        guard terms.count == 1, terms[0].layer == scoreLayer, case .channel(let index, _) = terms[0].measure,
            classNames.indices.contains(index)
        else { return result.name }
        return "\(result.name) (\(classNames[index]))"
    }

    /// The same in two parts: the layer, with its weight, where the unit is a part of one, and the rest.
    func parts(_ result: MaximizedUnit) -> (layer: String?, unit: String) {
        let text = text(result)
        let terms = result.unit.terms
        guard terms.count == 1, terms[0].measure != .layer else { return (nil, text) }
        // The unit's name has no colon, a layer's may have.
        let name = result.name
        guard let colon = name.lastIndex(of: ":") else { return (nil, text) }
        return (String(name[..<colon]), String(text.dropFirst(name.distance(from: name.startIndex, to: colon) + 1)))
    }
}
