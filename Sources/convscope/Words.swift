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

    /// `12.3 MB`, `4.0 GB`
    static func bytes(_ bytes: Int) -> String {
        bytes < 1_000_000_000
            ? "\((Double(bytes) / 1e5).rounded() / 10) MB" : "\((Double(bytes) / 1e8).rounded() / 10) GB"
    }

    /// `1 result`, `3 results`
    static func counted(_ number: Int, _ noun: String) -> String {
        let ending = number == 1 ? "" : noun.hasSuffix("s") ? "es" : "s"
        return "\(count(number)) \(noun)\(ending)"
    }
}
