/// How a number is written for people. The digits are always ASCII, whatever the locale: reports are the same everywhere.
public enum NumberFormat: Sendable, Hashable {
    /// Four significant digits: `0.9123`, `12.5`, `1204`, `3.1e-07`.
    case automatic

    /// A fraction of one as per cent with one digit after the point: 0.9123 is `91.2 %`.
    case percent

    /// This many digits after the point.
    case fixed(Int)

    /// A whole number with commas: `60,000`.
    case count

    /// Digits and unit: `91.2 %`.
    public func text(_ value: Double) -> String {
        unit.isEmpty || !value.isFinite ? digits(value) : digits(value) + "\u{A0}" + unit
    }

    var unit: String { self == .percent ? "%" : "" }

    func digits(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "not a number" : value < 0 ? "−∞" : "∞" }
        return switch self {
        case .automatic: Self.significant(value)
        case .percent: Self.fixed(value * 100, decimals: 1)
        case .fixed(let decimals): Self.fixed(value, decimals: decimals)
        case .count: Self.fixed(value, decimals: 0)
        }
    }

    // MARK: - Digits

    private static let significantDigits = 4

    private static func significant(_ value: Double) -> String {
        if value == 0 { return "0" }
        let exponent = exponent(of: value)
        if exponent < -4 || exponent >= 15 { return scientific(value, exponent: exponent) }
        let text = fixed(value, decimals: max(significantDigits - 1 - exponent, 0))
        return withoutTrailingZeros(text)
    }

    /// The power of ten of the first digit after rounding to four digits.
    private static func exponent(of value: Double) -> Int {
        let description = abs(value).description
        // `Double.description` is exact about the first digit, where a logarithm may be off by one.
        if let mark = description.firstIndex(of: "e") { return Int(description[description.index(after: mark)...])! }
        let whole = description.prefix { $0 != "." }
        if whole != "0" { return whole.count - 1 }
        return -1 - description.dropFirst(2).prefix { $0 == "0" }.count
    }

    private static func scientific(_ value: Double, exponent: Int) -> String {
        // Through text, because 10 to the power of −320 is no number to divide by.
        let description = abs(value).description
        let digits = description.prefix { $0 != "e" }.filter { $0 != "." }.drop { $0 == "0" }
        var mantissa = Double("\(digits.prefix(1)).\(digits.dropFirst())0")!
        var exponent = exponent
        mantissa = (mantissa * 1000).rounded() / 1000
        if mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        let sign = value < 0 ? "−" : ""
        let power = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
        return "\(sign)\(withoutTrailingZeros(fixed(mantissa, decimals: 3)))e\(exponent < 0 ? "-" : "+")\(power)"
    }

    private static func fixed(_ value: Double, decimals: Int) -> String {
        precondition((0...15).contains(decimals), "\(decimals) digits after the point, 0...15 are possible")
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 9e18 else { return value.description }
        let digits = String(UInt64(scaled))
        let padded = String(repeating: "0", count: max(decimals + 1 - digits.count, 0)) + digits
        let whole = padded.dropLast(decimals)
        let sign = value < 0 && scaled > 0 ? "−" : ""
        return sign + withCommas(whole) + (decimals == 0 ? "" : "." + padded.suffix(decimals))
    }

    private static func withCommas(_ digits: Substring) -> String {
        // Four digits are read at a glance: 1024, but 10,240.
        guard digits.count > 4 else { return String(digits) }
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    private static func withoutTrailingZeros(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = text[...]
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return String(text)
    }
}
