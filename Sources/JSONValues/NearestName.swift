/// The candidate that somebody who typed `name` most likely meant, or `nil` when none is near.
///
/// Near means: the same but for case and separators, or at most a third of the letters inserted, removed, changed or
/// swapped with their neighbour (optimal string alignment distance). The first of equally near candidates wins. Nothing
/// is near to a name of more than 1,000 bytes, and when a file has names beyond measure, only the first are compared.
///
/// - Complexity: O(letters of all candidates), and at most `mostComparisons` pairs of letters.
public func nearestName(to name: String, in candidates: some Sequence<String>) -> String? {
    guard name.utf8.count <= 1000 else { return nil }
    let typed = letters(of: name)
    var best: (distance: Int, name: String)?
    var comparisonsLeft = mostComparisons
    for candidate in candidates {
        let meant = letters(of: candidate)
        let length = max(typed.count, meant.count)
        let limit = min((best?.distance ?? .max) - 1, length > 1 ? max(1, length / 3) : 0)
        guard abs(meant.count - typed.count) <= limit else { continue }
        comparisonsLeft -= typed.count * meant.count
        guard comparisonsLeft >= 0 else { break }
        let distance = alignmentDistance(typed, meant)
        if distance <= limit { best = (distance, candidate) }
    }
    return best?.name
}

/// A tenth of a second's worth; ten thousand names of forty letters fit.
private let mostComparisons = 1 << 24

/// Lowercase letters without separators: `Learning-Rate` and `learning_rate` are one spelling. Names of separators
/// alone keep them.
private func letters(of name: String) -> [UInt8] {
    let lowercase = Array(name.lowercased().utf8)
    let letters = lowercase.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: " ") }
    return letters.isEmpty ? lowercase : letters
}

private func alignmentDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
        var current = [row + 1]
        for column in right.indices {
            let isSame = left[row] == right[column]
            var distance = min(last[column + 1] + 1, current[column] + 1, last[column] + (isSame ? 0 : 1))
            if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                distance = min(distance, beforeLast[column - 1] + 1)
            }
            current.append(distance)
        }
        beforeLast = last
        last = current
    }
    return last[right.count]
}
