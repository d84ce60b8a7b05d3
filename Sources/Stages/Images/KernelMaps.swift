import Imaging
import Reporting
import Tensors

/// What one kernel makes of some images, step by step.
struct KernelMaps {
    let name: String
    /// `[height, width]`.
    let kernel: Tensor
    /// `[images, channels, height, width]` each.
    let steps: [(step: String, maps: Tensor)]

    /// A row for each kernel: itself, then the maps of an image.
    static func grid(_ kernels: [KernelMaps], image: Int) -> ImageGrid {
        let cells = kernels.map { $0.cells(image) }
        return ImageGrid(cells: cells.flatMap { $0 }, columns: cells[0].count, cellSide: 128)
    }

    private func cells(_ image: Int) -> [ImageGrid.Cell] {
        let own = kernel.symmetricRange
        let first = ImageGrid.Cell(
            Image(kernel, range: own, colors: .diverging), caption: "\(name)\n\(Self.words(own))")
        return [first]
            + steps.flatMap { step, maps in
                let channels = maps.row(image)
                return (0..<channels.shape[0]).map { channel in
                    let map = channels.row(channel)
                    let isSigned = step == "before_relu"
                    let range =
                        isSigned ? map.symmetricRange : 0...max(map.finiteRange.upperBound, .leastNormalMagnitude)
                    let color = channels.shape[0] == 3 ? [" red", " green", " blue"][channel] : ""
                    return ImageGrid.Cell(
                        Image(map, range: range, colors: isSigned ? .diverging : .viridis),
                        caption: step.replacing("_relu", with: " ReLU") + color + "\n" + Self.words(range))
                }
            }
    }

    private static func words(_ range: ClosedRange<Float>) -> String {
        let format = NumberFormat.automatic
        return "\(format.text(Double(range.lowerBound))) to \(format.text(Double(range.upperBound)))"
    }
}
