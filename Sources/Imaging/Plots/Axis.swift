/// What one side of a plot measures.
public struct Axis: Sendable, Equatable {
    public var name: String
    /// Shown in parentheses after the name: "nats", "%", "s".
    public var unit: String?
    /// The part that is shown; `nil` shows all data.
    public var range: ClosedRange<Double>?
    /// Whether only whole numbers make sense on it, as for epochs and counts.
    public var hasWholeNumbers: Bool

    public init(
        _ name: String = "", unit: String? = nil, range: ClosedRange<Double>? = nil, hasWholeNumbers: Bool = false
    ) {
        self.name = name
        self.unit = unit
        self.range = range
        self.hasWholeNumbers = hasWholeNumbers
    }

    var title: String { unit.map { name.isEmpty ? $0 : "\(name) (\($0))" } ?? name }

    /// The range to draw: the one asked for, or else the data with some air, and never without length.
    /// - Parameter includingZero: bars start at 0, so it is always shown.
    func shownRange(of values: some Sequence<Double>, air: Double = 0.04, includingZero: Bool = false)
        -> ClosedRange<Double>
    {
        if let range, Self.hasLength(range) { return range }
        var (least, greatest) = includingZero ? (0.0, 0.0) : (Double.infinity, -Double.infinity)
        for value in values where value.isPlottable {
            least = min(least, value)
            greatest = max(greatest, value)
        }
        guard least <= greatest else { return 0...1 }
        let span = greatest - least
        if !Self.hasLength(least...greatest) {
            let reach = least == 0 ? 1 : abs(least) * 0.1
            return includingZero && least >= 0 ? 0...greatest + reach : least - reach...greatest + reach
        }
        let lower = includingZero && least == 0 ? 0 : least - span * air
        let upper = includingZero && greatest == 0 ? 0 : greatest + span * air
        return lower...upper
    }

    /// Numbers that differ in their last digits only are one number.
    private static func hasLength(_ range: ClosedRange<Double>) -> Bool {
        let (lower, upper) = (range.lowerBound, range.upperBound)
        return lower.isPlottable && upper.isPlottable && upper - lower > max(abs(lower), abs(upper)) * 1e-9
    }
}

extension Double {
    /// Neither NaN nor so large that differences overflow.
    var isPlottable: Bool { abs(self) < 1e150 }
}
