import Imaging
import Tensors

/// A map of numbers as colors: blue to red through white where signs count, else dark to bright.
struct HeatOverlay {
    /// The colors' end: the size that 99 % of the values do not exceed, so that single pixels do not darken the rest.
    let reach: Float
    let picture: Image
    private let map: Tensor
    private let colors: ColorMap

    /// - Parameter map: `[height, width]`.
    init(_ map: Tensor, isSigned: Bool) {
        self.map = map
        let sizes = map.scalars.filter(\.isFinite).map(abs).sorted()
        let outlier = sizes.isEmpty ? 0 : sizes[(sizes.count - 1) * 99 / 100]
        // A map with fewer values than that which are not zero keeps its largest.
        reach = max(outlier > 0 ? outlier : sizes.last ?? 0, .leastNormalMagnitude)
        colors = isSigned ? .diverging : .magma
        picture = Image(map, range: (isSigned ? -reach : 0)...reach, colors: colors)
    }

    /// The image in gray, colored the more the larger a value is.
    func laid(over image: Image) -> Image {
        let sizes = map.scalars
        let pixels = (0..<image.width * image.height).flatMap { position -> [UInt8] in
            let own = image.pixels[position * image.channels..<(position + 1) * image.channels]
            let gray = own.prefix(3).reduce(0.0) { $0 + Double($1) } / Double(min(image.channels, 3))
            let share = abs(sizes[position]) / reach
            let weight = share.isFinite ? Double(min(share, 1)) * 0.85 : 0
            return (0..<3).map { channel in
                let color = Double(picture.pixels[position * 3 + channel])
                return UInt8(gray * (1 - weight) + color * weight)
            }
        }
        return Image(width: image.width, height: image.height, channels: 3, pixels: pixels)
    }
}
