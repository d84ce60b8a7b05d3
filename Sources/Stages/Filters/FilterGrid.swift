package import Imaging
package import NeuralNetwork
import Pipeline
import Reporting
package import Tensors

/// The filters of one convolution as pictures: in color where they see red, green and blue, else kernel by kernel.
package struct FilterGrid {
    /// What full blue and full red stand for.
    package enum Scale: String, ParameterChoice {
        case filter, layer
    }

    /// The layer's name.
    package let layer: String
    /// The filters that are drawn, by number.
    package let filters: [Int]
    /// The largest magnitude that colors reach, of each filter drawn.
    package let reaches: [Float]

    private let weights: Tensor
    private let groups: Int
    /// Channels of a filter that are red, green and blue; `nil` where kernels are drawn one by one.
    private let colors: [Int]?
    /// Channels drawn of each filter, counted in its group.
    private let channels: [Int]
    private let scale: Scale

    /// Filters side by side where each is one picture.
    private static let picturesPerRow = 8
    /// Rows of one picture: what a page can show, and a file can hold.
    private static let rowsPerPicture = 64

    /// - Parameters:
    ///   - node: a convolution.
    ///   - inputChannels: those drawn of each filter, one by one; `nil` the first ones, or colors.
    ///   - limit: channels drawn at most where `inputChannels` names none.
    package init(_ node: Int, of model: Model, filters: [Int], inputChannels: [Int]?, limit: Int, scale: Scale) {
        let convolution = model.network.nodes[node].layer as! Convolution
        let weights = model.tensor("weight", of: model.network.nodes[node].name)!
        layer = model.network.nodes[node].name
        groups = convolution.groups
        self.weights = weights
        self.filters = filters
        self.scale = scale
        colors = inputChannels == nil ? Self.colors(of: node, in: model) : nil
        channels = inputChannels ?? Array(0..<min(weights.shape[1], limit))
        let layerReach = weights.symmetricRange.upperBound
        reaches = filters.map { scale == .layer ? layerReach : weights.row($0).symmetricRange.upperBound }
    }

    /// The weights of the filters that are drawn, over all channels.
    package var kernels: Tensor { Tensor.stack(filters.map { weights.row($0) }) }

    /// The channels of a filter that are red, green and blue; `nil` where they are no colors, deeper in the network.
    private static func colors(of node: Int, in model: Model) -> [Int]? {
        let nodes = model.network.nodes
        var source = nodes[node].inputs[0]
        // What only scales and pads the image leaves its colors where they are.
        while case .node(let before) = source, nodes[before].layer is ChannelScale || nodes[before].layer is ZeroPadding
        {
            source = nodes[before].inputs[0]
        }
        let isColor = source == .networkInput && model.network.inputShape[0] == 3
        return isColor && model.tensor("weight", of: nodes[node].name)!.shape[1] == 3
            ? model.input.sourceChannels(3) : nil
    }

    private var isOnePicture: Bool { colors != nil || channels.count == 1 }

    /// The pictures of each filter, in order. Below the first of a filter stands its number, and what its colors reach.
    package var cells: [[ImageGrid.Cell]] {
        zip(filters, reaches).map { filter, reach in
            let kernel = weights.row(filter)
            let ends = scale == .filter ? "\n" + Self.words(reach) : ""
            if let colors {
                let divisor = 2 * max(reach, .leastNormalMagnitude)
                let picture = Tensor.stack(colors.map { kernel.row($0) }).map { $0 / divisor + 0.5 }
                return [ImageGrid.Cell(Image(picture), caption: "\(filter)" + ends)]
            }
            return channels.enumerated().map { place, channel in
                let number =
                    weights.shape[1] == 1 && groups == 1 ? "\(filter)" : "\(filter)·\(seen(channel, by: filter))"
                return ImageGrid.Cell(
                    Image(kernel.row(channel), range: -reach...reach, colors: .diverging),
                    caption: number + (place == 0 ? ends : ""))
            }
        }
    }

    /// The layer's input channel that stands behind a channel of a filter's group.
    private func seen(_ channel: Int, by filter: Int) -> Int {
        filter / (weights.shape[0] / groups) * weights.shape[1] + channel
    }

    /// The filters as figures of at most 64 rows.
    func figures() -> [ImageGrid] {
        let columns = isOnePicture ? min(Self.picturesPerRow, filters.count) : channels.count
        let kind = colors != nil || weights.shape[1] == 1 && groups == 1 ? "" : ": filter · input channel"
        let cells = cells.flatMap { $0 }
        let count = columns * Self.rowsPerPicture
        return stride(from: 0, to: cells.count, by: count).map { first in
            ImageGrid(
                cells: Array(cells[first..<min(first + count, cells.count)]), columns: columns,
                title: layer + (scale == .layer ? ", \(Self.words(reaches[0]))" : "") + kind, cellSide: 56)
        }
    }

    /// `conv1: 3×3 filters over 64 channels, 8 of 64 filters, 16 of 64 channels of each. Full red is …`
    var caption: String {
        var words = "\(layer): \(weights.shape[2])×\(weights.shape[3]) filters over \(weights.shape[1]) channels"
        if groups > 1 { words += " each, in \(groups) groups" }
        if filters.count < weights.shape[0] { words += ", \(filters.count) of \(weights.shape[0]) filters" }
        if colors == nil, channels.count < weights.shape[1] {
            words += ", \(channels.count) of \(weights.shape[1]) channels of each"
        }
        words += colors == nil ? ". White is 0; full red and full blue are " : ". Gray is 0; full and no color are "
        return words + (scale == .layer ? Self.words(reaches[0]) : "the number behind ± of each filter")
    }

    private static func words(_ reach: Float) -> String { "±" + NumberFormat.automatic.text(Double(reach)) }
}
