import Imaging
import Reporting
import Tensors

/// The activation maps of a layer for one image, on one colour scale.
struct MapGrid {
    let layer: String
    /// `[channels, height, width]`.
    let maps: Tensor

    private let range: ClosedRange<Float>
    private let colors: ColorMap

    init(layer: String, maps: Tensor) {
        self.layer = layer
        self.maps = maps
        let isSigned = maps.finiteRange.lowerBound < 0
        range = isSigned ? maps.symmetricRange : 0...max(maps.finiteRange.upperBound, .leastNormalMagnitude)
        colors = isSigned ? .diverging : .viridis
    }

    /// The first channels in a square.
    func grid(channels: Int) -> ImageGrid {
        let shown = min(maps.shape[0], channels)
        let columns = min(max(Int(Double(shown).squareRoot().rounded(.up)), 1), 16)
        return ImageGrid(
            cells: (0..<shown).map { ImageGrid.Cell(image(of: $0), caption: "\($0)") }, columns: columns,
            title: title(channels: channels),
            // Few columns are wide, so that the title has room.
            cellSide: min(max(64, 520 / Double(columns)), 160))
    }

    /// `features.3, 55×55: colours from 0 to 7.5, first 64 of 128 channels`
    func title(channels: Int) -> String {
        let cut = channels < maps.shape[0] ? ", first \(channels) of \(maps.shape[0]) channels" : ""
        return "\(layer), \(maps.shape[1])×\(maps.shape[2]): colours from \(scale)\(cut)"
    }

    /// Layers on the picture of a way through a network; of more, some at equal distances.
    private static let longestPath = 64

    /// An image and, in a row for each layer, the channels with the greatest mean, on a scale of their own.
    static func path(of image: Image, named name: String, through layers: [MapGrid], channels: Int) -> Panels {
        let rows = min(layers.count, longestPath)
        let shown = (0..<rows).map { layers[rows == 1 ? 0 : $0 * (layers.count - 1) / (rows - 1)] }
        let grids = shown.map { layer -> ImageGrid in
            let strongest = layer.strongest(channels)
            let row = MapGrid(layer: layer.layer, maps: Tensor.stack(strongest.map { layer.maps.row($0) }))
            return ImageGrid(
                cells: strongest.indices.map { ImageGrid.Cell(row.image(of: $0), caption: "\(strongest[$0])") },
                columns: channels,
                title: "\(row.layer), \(row.maps.shape[1])×\(row.maps.shape[2]): colours from \(row.scale)",
                cellSide: 64)
        }
        let start = ImageGrid(cells: [ImageGrid.Cell(image, caption: name)], columns: 1, cellSide: 160)
        return Panels([start] + grids, columns: 1)
    }

    /// Channels by their mean, the greatest first, equal ones by number.
    private func strongest(_ count: Int) -> [Int] {
        let means = (0..<maps.shape[0]).map { maps.row($0).mean }
        return means.indices.sorted { (means[$1], $0) < (means[$0], $1) }.prefix(count).map { $0 }
    }

    private func image(of channel: Int) -> Image { Image(maps.row(channel), range: range, colors: colors) }

    private var scale: String {
        let format = NumberFormat.automatic
        return "\(format.text(Double(range.lowerBound))) to \(format.text(Double(range.upperBound)))"
    }
}
