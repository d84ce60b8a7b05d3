public import NeuralNetwork
import Tensors

/// Whether a sibling of a filter is the same filter turned, mirrored or with other colours.
///
/// Every filter of the same convolution and group is compared with the changed filter by the cosine of all their
/// weights. Changes are of the layout within each kernel; which channels it reads is changed only where they are the
/// three colours of the image. A change that leaves every weight in its place (a turn of a 1×1 kernel) is none. Source
/// of the term: Olah et al., "Naturally occurring equivariance in neural networks", Distill 2020.
public struct FilterEquivariance: Sendable {
    /// Kinds of change.
    public enum Family: String, Sendable, CaseIterable {
        /// By 90, 180 or 270 degrees.
        case rotation
        /// Left and right, top and bottom, or along a diagonal.
        case reflection
        /// Another order of the three colours.
        case hue
        /// None: how alike siblings are anyhow.
        case unchanged
    }

    /// The sibling that comes nearest.
    public struct Match: Sendable, Equatable {
        public let filter: Int
        /// What was done to the filter: `90°`, `left-right`, `GBR`.
        public let change: String
        /// −1...1.
        public let cosine: Double
    }

    /// The best match of each family; none where no change applies or there is no sibling.
    public let matches: [Family: Match]

    /// - Throws: `CircuitError` when there is no such filter.
    public init(_ model: Model, layer: String, filter: Int) throws(CircuitError) {
        let found = try Filter(filter, of: layer, in: model)
        let bank = model.tensor("weight", of: layer)!
        let perGroup = found.convolution.outputChannels / found.convolution.groups
        let group = filter / perGroup
        let siblings = (group * perGroup..<(group + 1) * perGroup).filter { $0 != filter }
            .map { (filter: $0, weights: bank.row($0).scalars, norm: bank.row($0).norm) }
            .filter { $0.norm > 0 }
        let (own, norm) = (found.weights.scalars, found.weights.norm)
        guard norm > 0 else {
            matches = [:]
            return
        }
        var best: [Family: Match] = [:]
        for change in WeightChange.all(shape: found.weights.shape, colors: Self.colors(found, model)) {
            let changed = change.sources.map { own[$0] }
            for sibling in siblings {
                let product = zip(changed, sibling.weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
                let cosine = product / (norm * sibling.norm)
                if cosine > best[change.family]?.cosine ?? -.infinity {
                    best[change.family] = Match(filter: sibling.filter, change: change.name, cosine: cosine)
                }
            }
        }
        matches = best
    }

    /// Letters of the colours that a filter reads; `nil` unless they are the image's three.
    private static func colors(_ filter: Filter, _ model: Model) -> [String]? {
        guard model.network.nodes[filter.node].inputs == [.networkInput], model.network.inputShape[0] == 3,
            filter.inputChannels.count == 3
        else { return nil }
        return model.input.order == .bgr ? ["B", "G", "R"] : ["R", "G", "B"]
    }
}

/// A new order of a filter's weights.
private struct WeightChange {
    let family: FilterEquivariance.Family
    let name: String
    /// For each weight of `[channels, height, width]`, where it comes from.
    let sources: [Int]

    /// - Parameter colors: letters of the channels, where they are colours.
    static func all(shape: [Int], colors: [String]?) -> [WeightChange] {
        let (height, width) = (shape[1], shape[2])
        func layout(
            _ family: FilterEquivariance.Family, _ name: String, _ source: (Int, Int) -> (Int, Int)
        ) -> WeightChange {
            WeightChange(
                family: family, name: name,
                sources: (0..<shape[0] * height * width).map { index in
                    let from = source(index / width % height, index % width)
                    return (index / (height * width) * height + from.0) * width + from.1
                })
        }
        let (bottom, right) = (height - 1, width - 1)
        var changes = [
            layout(.rotation, "180°") { (bottom - $0, right - $1) },
            layout(.reflection, "left-right") { ($0, right - $1) },
            layout(.reflection, "top-bottom") { (bottom - $0, $1) },
        ]
        if height == width {
            changes += [
                layout(.rotation, "90°") { ($1, right - $0) },
                layout(.rotation, "270°") { (bottom - $1, $0) },
                layout(.reflection, "diagonal") { ($1, $0) },
                layout(.reflection, "other diagonal") { (bottom - $1, right - $0) },
            ]
        }
        if let colors {
            for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
                changes.append(
                    WeightChange(
                        family: .hue, name: order.map { colors[$0] }.joined(),
                        sources: order.flatMap { Array($0 * height * width..<($0 + 1) * height * width) }))
            }
        }
        let same = Array(0..<shape[0] * height * width)
        return changes.filter { $0.sources != same } + [WeightChange(family: .unchanged, name: "", sources: same)]
    }
}
