public import NeuralNetwork
import Tensors

/// Finds the siblings that a model's filters become when they are changed, and keeps what it has found of the layers
/// before them.
public final class SiblingSearch {
    private let model: Model
    private let changes: [WeightChange]
    private var banks: [Int: FilterBank] = [:]
    /// By change and node: for each unit the unit that it becomes; `nil` where that is not known.
    private var counterparts: [[Int: [Int]?]]

    public init(_ model: Model) {
        self.model = model
        let hasColors = model.network.inputShape[0] == 3
        changes = WeightChange.all(
            colors: hasColors ? (model.input.order == .bgr ? ["B", "G", "R"] : ["R", "G", "B"]) : nil)
        counterparts = Array(repeating: [:], count: changes.count)
    }

    /// - Complexity: for the first filter of a layer, O(changes · filters² · weights of a filter) for every convolution
    ///   before it.
    /// - Throws: `CircuitError` when there is no such filter.
    public func equivariance(of filter: Int, in layer: String) throws(CircuitError) -> FilterEquivariance {
        let (node, _) = try Filter.place(filter, of: layer, in: model.network)
        let bank = bank(node)
        var best: [FilterEquivariance.Family: FilterEquivariance.Match] = [:]
        for change in changes.indices {
            guard let changed = changedFilter(filter, of: bank, by: change) else { continue }
            let group = bank.group(of: filter)
            for (sibling, cosine) in zip(group, bank.cosines(of: [changed], with: group)[0]) where sibling != filter {
                let family = changes[change].family
                if let cosine, cosine > best[family]?.cosine ?? -.infinity {
                    best[family] = FilterEquivariance.Match(
                        filter: sibling, change: changes[change].name, cosine: cosine)
                }
            }
        }
        return FilterEquivariance(matches: best)
    }

    private func bank(_ node: Int) -> FilterBank {
        if let known = banks[node] { return known }
        let bank = FilterBank(node, of: model)
        banks[node] = bank
        return bank
    }

    /// The filter after a change; `nil` where the change does not apply or leaves every weight in its place.
    private func changedFilter(_ filter: Int, of bank: FilterBank, by change: Int) -> [Float]? {
        guard let channels = channels(readBy: bank, after: change),
            let sources = bank.sources(of: changes[change])
        else { return nil }
        let isNone =
            sources == Array(sources.indices) && bank.inputs(of: filter).allSatisfy { channels[$0] == $0 }
        guard !isNone || changes[change].family == .unchanged else { return nil }
        return bank.changed(filter, channels: channels, sources: sources)
    }

    /// For each channel that a convolution reads, the one that takes its place.
    private func channels(readBy bank: FilterBank, after change: Int) -> [Int]? {
        if changes[change].family == .unchanged { return Array(bank.origins.indices) }
        var channels: [Int] = []
        for (channel, origin) in bank.origins.enumerated() {
            let counterpart: Int
            if let layer = origin.layer {
                let node = try! model.network.index(of: layer)
                guard model.network.nodes[node].layer is Convolution, let units = units(of: node, after: change)
                else { return nil }
                counterpart = units[origin.channel]
            } else {
                counterpart = changes[change].colors?[origin.channel] ?? origin.channel
            }
            // Units of a layer stand side by side, in a concatenation too.
            channels.append(channel + counterpart - origin.channel)
        }
        return channels
    }

    /// For each unit of a convolution the one that it becomes.
    private func units(of node: Int, after change: Int) -> [Int]? {
        if let known = counterparts[change][node] { return known }
        let found = findUnits(of: node, after: change)
        counterparts[change][node] = .some(found)
        return found
    }

    private func findUnits(of node: Int, after change: Int) -> [Int]? {
        let bank = bank(node)
        guard let channels = channels(readBy: bank, after: change),
            let sources = bank.sources(of: changes[change])
        else { return nil }
        var units: [Int] = []
        for group in bank.groups {
            let changed = group.compactMap { bank.changed($0, channels: channels, sources: sources) }
            guard changed.count == group.count else { return nil }
            for (filter, cosines) in zip(group, bank.cosines(of: changed, with: group)) {
                var (best, highest) = (filter, cosines[filter - group.lowerBound] ?? -.infinity)
                for (sibling, cosine) in zip(group, cosines) {
                    if let cosine, cosine > highest { (best, highest) = (sibling, cosine) }
                }
                units.append(best)
            }
        }
        return units
    }
}

/// All filters of a convolution, as rows of weights.
private struct FilterBank {
    let origins: [Upstream.Origin]
    private let convolution: Convolution
    /// `[filters, channels of a group · height · width]`.
    private let weights: Tensor
    private let norms: [Double]

    init(_ node: Int, of model: Model) {
        let layer = model.network.nodes[node]
        convolution = layer.layer as! Convolution
        origins = Upstream(of: node, in: model).origins
        let weights = model.tensor("weight", of: layer.name)!
        self.weights = weights.reshaped(to: [weights.shape[0], weights.shape.dropFirst().reduce(1, *)])
        norms = (0..<weights.shape[0]).map { weights.row($0).norm }
    }

    var groups: [Range<Int>] {
        let size = convolution.outputChannels / convolution.groups
        return (0..<convolution.groups).map { $0 * size..<($0 + 1) * size }
    }

    func group(of filter: Int) -> Range<Int> {
        groups[filter / (convolution.outputChannels / convolution.groups)]
    }

    /// The channels that a filter reads.
    func inputs(of filter: Int) -> Range<Int> {
        let size = convolution.inputChannels / convolution.groups
        let group = filter / (convolution.outputChannels / convolution.groups)
        return group * size..<(group + 1) * size
    }

    func sources(of change: WeightChange) -> [Int]? {
        change.sources(height: convolution.kernel[0], width: convolution.kernel[1])
    }

    /// A filter whose kernels are laid out anew and moved to other channels; `nil` where one of these is not its
    /// group's.
    func changed(_ filter: Int, channels: [Int], sources: [Int]) -> [Float]? {
        let inputs = inputs(of: filter)
        let own = weights.row(filter).scalars
        var changed = [Float](repeating: 0, count: own.count)
        for (place, channel) in inputs.enumerated() {
            guard inputs.contains(channels[channel]) else { return nil }
            let start = (channels[channel] - inputs.lowerBound) * sources.count
            for (index, source) in sources.enumerated() {
                changed[start + index] += own[place * sources.count + source]
            }
        }
        return changed
    }

    /// The cosine of each changed filter with each filter of a group; `nil` beside zeros.
    func cosines(of changed: [[Float]], with group: Range<Int>) -> [[Double?]] {
        let count = weights.shape[1]
        let left = Tensor(shape: [changed.count, count], changed.flatMap { $0 })
        let right =
            group.count == norms.count
            ? weights : Tensor(shape: [group.count, count], group.flatMap { weights.row($0).scalars })
        let products = Tensor.product(left, transposed: false, right, transposed: true)
        return changed.indices.map { row in
            let norm = left.row(row).norm
            return group.enumerated().map { column, sibling in
                let scale = norm * norms[sibling]
                return scale > 0 ? Double(products[row, column]) / scale : nil
            }
        }
    }
}
