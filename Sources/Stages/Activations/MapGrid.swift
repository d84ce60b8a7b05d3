package import Imaging
import Pipeline
package import Tensors

/// Activation maps of some channels of a layer for one image.
package struct MapGrid {
    /// Which maps share the ends of their colors.
    package enum Scale: String, ParameterChoice {
        case channel, layer
    }

    package let layer: String
    /// The channels that are drawn, by number.
    package let channels: [Int]
    /// What the colors of each of them stand for.
    package let scales: [MapScale]

    /// `[channels drawn, height, width]`.
    private let maps: Tensor
    private let channelCount: Int
    private let scale: Scale

    /// - Parameter maps: of all channels of the layer, `[channels, height, width]`.
    package init(layer: String, maps: Tensor, channels: [Int], scale: Scale) {
        self.layer = layer
        self.channels = channels
        self.scale = scale
        channelCount = maps.shape[0]
        let shown = Tensor.stack(channels.map { maps.row($0) })
        let isSigned = shown.finiteRange.lowerBound < 0
        self.maps = shown
        scales =
            switch scale {
            case .layer: Array(repeating: MapScale(shown, isSigned: isSigned), count: channels.count)
            case .channel: channels.indices.map { MapScale(shown.row($0), isSigned: isSigned) }
            }
    }

    /// The first channels.
    package init(layer: String, maps: Tensor, first count: Int, scale: Scale) {
        self.init(layer: layer, maps: maps, channels: Array(0..<min(maps.shape[0], count)), scale: scale)
    }

    /// The channels with the greatest mean, the greatest first, equal ones by number.
    package init(layer: String, maps: Tensor, strongest count: Int, scale: Scale) {
        let means = (0..<maps.shape[0]).map { maps.row($0).mean }
        let order = means.indices.sorted { (means[$1], $0) < (means[$0], $1) }
        self.init(layer: layer, maps: maps, channels: Array(order.prefix(count)), scale: scale)
    }

    /// Below each map stands its channel, and what its colors end at where that is its own.
    package var cells: [ImageGrid.Cell] {
        channels.indices.map { place in
            let scale = scales[place]
            return ImageGrid.Cell(
                Image(maps.row(place), range: scale.range, colors: scale.colors),
                caption: "\(channels[place])" + (self.scale == .channel ? "\n\(scale.end)" : ""))
        }
    }

    /// All in a square.
    var square: ImageGrid {
        let columns = min(max(Int(Double(channels.count).squareRoot().rounded(.up)), 1), 16)
        // Few columns are wide, so that the title has room.
        return ImageGrid(
            cells: cells, columns: columns, title: title, cellSide: min(max(64, 520 / Double(columns)), 160))
    }

    /// `features.3, 55×55: colors from 0, clipped at 7.5 (largest 766.4)`
    package var title: String {
        let words = scale == .layer ? scales[0].words : "end at the number below (99.5 %)"
        return "\(layer), \(maps.shape[1])×\(maps.shape[2]): colors \(words)"
    }

    /// The title, and how many channels are drawn.
    var caption: String {
        title + (channels.count < channelCount ? ", first \(channels.count) of \(channelCount) channels" : "")
    }

    /// An image and, in a row for each layer, some channels.
    /// - Parameter columns: channels of a layer at most.
    static func path(of image: Image, named name: String, through layers: [MapGrid], columns: Int) -> Panels {
        let start = ImageGrid(cells: [ImageGrid.Cell(image, caption: name)], columns: 1, cellSide: 160)
        let rows = layers.map { ImageGrid(cells: $0.cells, columns: columns, title: $0.title, cellSide: 64) }
        return Panels([start] + rows, columns: 1)
    }
}
