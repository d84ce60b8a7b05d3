/// Looks along a line uphill for a place where the function has grown enough and is flat enough: the strong Wolfe
/// conditions with constants 1e-4 and 0.9.
///
/// Source: Nocedal & Wright, "Numerical optimization", 2nd edition (2006), algorithms 3.5 and 3.6, turned upside down.
struct WolfeSearch {
    /// Of the function at the start, and its slope along the line, above 0.
    let value: Double
    let slope: Double

    /// Looks at most.
    private static let limit = 25

    private struct Place {
        var length: Double
        var value: Double
        /// Along the line.
        var slope: Double
        var found: Slope?
    }

    /// - Parameter look: the slope at a length, and its part along the line.
    /// - Returns: the length and what was found there; `nil` where nothing is better than the start.
    func run(from first: Double, look: (Double) -> (Slope, along: Double)) -> (length: Double, end: Slope)? {
        var looks = 0
        func place(_ length: Double) -> Place {
            looks += 1
            let (slope, along) = look(length)
            // What is no number is worse than everything.
            let value = slope.isFinite ? slope.value : -.infinity
            return Place(length: length, value: value, slope: along, found: slope)
        }
        var low = Place(length: 0, value: value, slope: slope, found: nil)
        var high: Place?
        var next = first
        while looks < Self.limit {
            let now = place(next)
            if !hasGrown(now) || now.value <= low.value && low.found != nil {
                high = now
            } else {
                if abs(now.slope) <= 0.9 * slope { return now.found.map { (now.length, $0) } }
                if let far = high {
                    // The better end is kept, and the top lies between it and whatever the slope points to.
                    if now.slope * (far.length - now.length) <= 0 { high = low }
                } else if now.slope <= 0 {
                    high = low
                }
                let before = low
                low = now
                if high == nil {
                    // Still uphill: as far as the top that the cubic promises, or boldly on.
                    let top = Self.top(before, now) ?? .infinity
                    next = (top > now.length ? top : .infinity).clamped(to: 1.1 * now.length...10 * now.length)
                    continue
                }
            }
            guard let far = high else { break }
            let (left, right) = (min(low.length, far.length), max(low.length, far.length))
            let margin = 0.1 * (right - left)
            guard margin > 0 else { break }
            next = (Self.top(low, far) ?? (left + right) / 2).clamped(to: left + margin...right - margin)
        }
        return low.found.map { (low.length, $0) }
    }

    private func hasGrown(_ place: Place) -> Bool { place.value >= value + 1e-4 * place.length * slope }

    /// Where the cubic through two places with their slopes is highest; `nil` where it has no top.
    private static func top(_ a: Place, _ b: Place) -> Double? {
        guard a.value.isFinite, b.value.isFinite, a.length != b.length else { return nil }
        let bend = a.slope + b.slope - 3 * (a.value - b.value) / (a.length - b.length)
        let square = bend * bend - a.slope * b.slope
        guard square >= 0 else { return nil }
        let root = (b.length > a.length ? -1 : 1) * square.squareRoot()
        let top = b.length - (b.length - a.length) * (b.slope + root - bend) / (b.slope - a.slope + 2 * root)
        return top.isFinite ? top : nil
    }
}

extension Double {
    fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
