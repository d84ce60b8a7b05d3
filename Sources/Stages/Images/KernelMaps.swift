import Imaging
import Reporting
import Tensors

/// What one kernel makes of an image, step by step, as pictures.
struct KernelMaps {
    /// The kernel itself, then the maps.
    let cells: [ImageGrid.Cell]

    /// - Parameters:
    ///   - kernel: `[height, width]`.
    ///   - steps: `[channels, height, width]` each.
    init(name: String, kernel: Tensor, steps: [(step: String, maps: Tensor)]) {
        let own = kernel.symmetricRange
        let first = ImageGrid.Cell(
            Image(kernel, range: own, colors: .diverging), caption: "\(name)\n\(Self.words(own))")
        cells =
            [first]
            + steps.flatMap { step, maps in
                (0..<maps.shape[0]).map { channel in
                    let map = maps.row(channel)
                    let isSigned = step == "before_relu"
                    let range =
                        isSigned ? map.symmetricRange : 0...max(map.finiteRange.upperBound, .leastNormalMagnitude)
                    let color = maps.shape[0] == 3 ? [" red", " green", " blue"][channel] : ""
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
