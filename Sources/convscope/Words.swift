/// Numbers as people read them.
enum Words {
    /// `64×224×224`
    static func shape(_ shape: [Int]) -> String {
        shape.isEmpty ? "one value" : shape.map(String.init).joined(separator: "×")
    }

    /// `138,357,544`
    static func count(_ number: Int) -> String {
        var digits = Array(String(number))
        var place = digits.count - 3
        while place > 0, digits[place - 1] != "-" {
            digits.insert(",", at: place)
            place -= 3
        }
        return String(digits)
    }
}
