import Imaging
import Testing

@Suite struct TickTests {
    @Test(arguments: [
        (0.0, 10.0, 5, ["0", "2", "4", "6", "8", "10"]),
        (-9.5, 4.6, 6, ["−8", "−6", "−4", "−2", "0", "2", "4"]),
        (0.0, 1.0, 5, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (0.0, 70_000.0, 4, ["0", "20,000", "40,000", "60,000"]),
        (0.0, 1000.0, 2, ["0", "500", "1000"]),
        (0.0, 1e-5, 2, ["0", "0.5×10⁻⁵", "1.0×10⁻⁵"]),
        (0.0, 3e8, 3, ["0", "1×10⁸", "2×10⁸", "3×10⁸"]),
        (5.0, 5.00001, 2, ["5.000000", "5.000005", "5.000010"]),
    ]) func `ticks are round numbers, written shortly`(lower: Double, upper: Double, count: Int, labels: [String]) {
        #expect(Ticks(in: lower...upper, count: count).labels == labels)
    }

    @Test func `whole numbers get no fractions`() {
        #expect(Ticks(in: 0.9...3.1, count: 8, wholeNumbers: true).labels == ["1", "2", "3"])
    }

    @Test func `any range has a few ticks, inside it and in order`() {
        for exponent in stride(from: -30, through: 30, by: 3) {
            for start in [-1.0, 0, 0.37, 123.4] {
                let unit = Double("1e\(exponent)")!
                for count in [2, 5, 9] {
                    let range = start * unit...(start + 1.7) * unit
                    let ticks = Ticks(in: range, count: count)
                    #expect((1...count * 2 + 1).contains(ticks.values.count), "\(range): \(ticks.labels)")
                    #expect(ticks.values == ticks.values.sorted())
                    #expect(
                        ticks.values.allSatisfy { range.contains($0 - 1e-6 * unit) || range.contains($0 + 1e-6 * unit) }
                    )
                    #expect(Set(ticks.labels).count == ticks.labels.count, "\(range): \(ticks.labels)")
                }
            }
        }
    }

    @Test(arguments: [
        (0.0, "0"), (1092, "1092"), (-12_345, "−12,345"), (0.71, "0.71"), (0.0541, "0.0541"), (-0.5, "−0.5"),
        (3.0004, "3"), (123.456, "123"), (0.0003, "3.0×10⁻⁴"), (2.5e7, "25,000,000"), (1.25e12, "1.2×10¹²"),
        (.nan, "NaN"), (-.infinity, "−∞"),
    ]) func `values are written with three digits`(value: Double, text: String) {
        #expect(NumberText.short(value) == text)
    }
}
