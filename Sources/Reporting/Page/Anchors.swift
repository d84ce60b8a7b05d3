/// Names within the page that links lead to, each used once.
struct Anchors {
    private var used: Set<String> = []

    /// `section-map`, then `section-map-2`: a label with everything but ASCII letters, digits, `-` and `_` made a dash.
    mutating func next(for label: String) -> String {
        let letters = label.unicodeScalars.prefix(80).map { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                || scalar == "_" ? Character(scalar) : "-"
        }
        let name = "section-" + String(letters)
        var anchor = name
        var count = 1
        while !used.insert(anchor).inserted {
            count += 1
            anchor = "\(name)-\(count)"
        }
        return anchor
    }
}
