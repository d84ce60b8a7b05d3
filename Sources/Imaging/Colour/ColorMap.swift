/// Colours for the numbers from 0 to 1.
public struct ColorMap: Sendable, Equatable {
    /// Colours at equal distances from 0 to 1, at least two; those between are mixed.
    public let anchors: [Color]
    /// Stands for NaN; occurs in none of the maps below.
    public static let missing = Color(0xB5A99A)

    public init(anchors: [Color]) {
        precondition(anchors.count >= 2, "a colour map needs two anchors, not \(anchors.count)")
        self.anchors = anchors
    }

    /// The colour at a position; positions outside 0...1 take the colour of the nearer end.
    public func color(at position: Double) -> Color {
        guard !position.isNaN else { return Self.missing }
        let place = min(max(position, 0), 1) * Double(anchors.count - 1)
        let index = min(Int(place), anchors.count - 2)
        return anchors[index].mixed(with: anchors[index + 1], fraction: place - Double(index))
    }

    /// The colour of a value that `range` holds; a range of no length gives the middle.
    public func color(of value: Double, in range: ClosedRange<Double>) -> Color {
        let span = range.upperBound - range.lowerBound
        return color(at: span > 0 ? (value - range.lowerBound) / span : (value.isNaN ? .nan : 0.5))
    }
}

extension ColorMap {
    public static let gray = ColorMap(anchors: [.black, .white])

    /// Blue for inhibition, white for 0, red for excitation: use it with a range symmetric about 0.
    public static let diverging = ColorMap(
        anchors: [Color(0x0571B0), Color(0x92C5DE), Color(0xF7F7F7), Color(0xF4A582), Color(0xCA0020)])
}
