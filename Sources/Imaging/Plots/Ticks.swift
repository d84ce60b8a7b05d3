import Foundation

/// Round numbers along an axis, and how they are written.
package struct Ticks {
    package let values: [Double]
    package let labels: [String]

    /// Multiples of 1, 2 or 5 times a power of ten within the range.
    /// - Parameter count: about how many are wanted; there will be a third to one and a half times as many.
    package init(in range: ClosedRange<Double>, count: Int, wholeNumbers: Bool = false) {
        let span = range.upperBound - range.lowerBound
        precondition(span > 0 && span.isFinite, "ticks need a range with a length, not \(range)")
        let raw = span / Double(max(count, 1))
        let magnitude = pow(10, log10(raw).rounded(.down))
        var step = magnitude * ([1, 2, 5].first { $0 * magnitude >= raw * 0.7 } ?? 10)
        if wholeNumbers { step = max(step.rounded(), 1) }
        // Half of a millionth of a step forgives the rounding of the ends.
        let first = Int((range.lowerBound / step - 5e-7).rounded(.up))
        let last = Int((range.upperBound / step + 5e-7).rounded(.down))
        let values = first <= last ? (first...last).map { Double($0) * step } : []
        self.values = values
        let greatest = values.map(abs).max() ?? 0
        labels = values.map { NumberText.tick($0, step: step, greatest: greatest) }
    }
}

/// Numbers as people write them: a true minus, groups of three digits, powers of ten for the very large and small.
package enum NumberText {
    /// With as many decimals as the step between ticks needs.
    static func tick(_ value: Double, step: Double, greatest: Double) -> String {
        if value == 0 { return "0" }
        let stepExponent = Int(log10(step * 1.0001).rounded(.down))
        if greatest >= 1e6 || greatest < 1e-3 {
            let exponent = exponent(of: greatest)
            return scientific(value, exponent: exponent, decimals: max(exponent - stepExponent, 0))
        }
        return fixed(value, decimals: max(-stepExponent, 0))
    }

    /// Whole numbers as they are, others with up to three significant digits.
    package static func short(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "∞" : "−∞" }
        if value == 0 { return "0" }
        let exponent = exponent(of: value)
        if value == value.rounded() && exponent < 9 { return fixed(value, decimals: 0) }
        if exponent >= 6 || exponent < -3 { return scientific(value, exponent: exponent, decimals: 1) }
        return withoutTrailingZeros(fixed(value, decimals: max(2 - exponent, 0)))
    }

    /// Numbers that are compared with each other: all whole, or all with as many decimals as give the greatest three
    /// significant digits.
    static func table(_ values: [Float]) -> [String] {
        let finite = values.filter { $0.isFinite && $0 != 0 }.map { Double($0) }
        let exponent = exponent(of: finite.map(abs).max() ?? 1)
        guard finite.contains(where: { $0 != $0.rounded() }), (-3..<6).contains(exponent) else {
            return values.map { short(Double($0)) }
        }
        return values.map { value in
            value.isFinite && value != 0
                ? fixed(Double(value), decimals: max(2 - exponent, 0)) : short(Double(value))
        }
    }

    /// Of the power of ten that a number is written with.
    private static func exponent(of value: Double) -> Int {
        value == 0 ? 0 : Int(log10(abs(value) * 1.0000001).rounded(.down))
    }

    private static func withoutTrailingZeros(_ text: String) -> String {
        guard text.contains(".") else { return text }
        let kept = text.reversed().drop { $0 == "0" }.drop { $0 == "." }
        return String(kept.reversed())
    }

    static func fixed(_ value: Double, decimals: Int) -> String {
        let plain = String(format: "%.\(decimals)f", abs(value))
        let parts = plain.split(separator: ".")
        let sign = value < 0 && plain.contains { $0 != "0" && $0 != "." } ? "−" : ""
        return sign + grouped(String(parts[0])) + (parts.count > 1 ? "." + parts[1] : "")
    }

    /// `12345` as `12,345`; four digits stay together.
    private static func grouped(_ digits: String) -> String {
        guard digits.count > 4 else { return digits }
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return result
    }

    private static func scientific(_ value: Double, exponent: Int, decimals: Int) -> String {
        let mantissa = fixed(value / pow(10, Double(exponent)), decimals: decimals)
        let raised = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
        let power = String(abs(exponent)).compactMap { $0.wholeNumberValue.map { String(raised[$0]) } }.joined()
        return mantissa + "×10" + (exponent < 0 ? "⁻" : "") + power
    }
}
