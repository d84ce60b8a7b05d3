package import Imaging
import Reporting
package import Tensors

/// What the colors of activation maps stand for.
package struct MapScale: Sendable, Equatable {
    /// The values of the first and the last color: from 0, or symmetric about 0.
    package let range: ClosedRange<Float>
    /// The largest magnitude there is, where it lies beyond the range and is drawn like its end.
    package let clipped: Float?
    package let colors: ColorMap

    /// Of the magnitudes that are drawn, so many lie within the range: one hot pixel leaves no other map dark.
    private static let share = 0.995

    /// - Parameter isSigned: whether values below zero get colors of their own.
    package init(_ maps: Tensor, isSigned: Bool) {
        let largest = maps.symmetricRange.upperBound
        let usual = maps.magnitude(ofShare: Self.share)
        // Where hardly anything is above zero, the little there is counts.
        let end = max(usual > 0 ? usual : largest, .leastNormalMagnitude)
        range = isSigned ? -end...end : 0...end
        clipped = largest > end ? largest : nil
        colors = isSigned ? .diverging : .viridis
    }

    /// `from 0, clipped at 7.5 (largest 766.4)`
    var words: String {
        let end = Self.number(range.upperBound)
        guard let clipped else { return range.lowerBound < 0 ? "from −\(end) to \(end)" : "from 0 to \(end)" }
        let beyond = "(largest \(Self.number(clipped)))"
        return range.lowerBound < 0 ? "clipped at ±\(end) \(beyond)" : "from 0, clipped at \(end) \(beyond)"
    }

    /// `±7.5`, or `7.5` where colors begin at 0.
    var end: String { (range.lowerBound < 0 ? "±" : "") + Self.number(range.upperBound) }

    private static func number(_ value: Float) -> String {
        value > .leastNormalMagnitude ? NumberFormat.automatic.text(Double(value)) : "0"
    }
}
