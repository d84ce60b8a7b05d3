/// A name as a command line gives it: `*` stands for any characters, `?` for one; everything else, brackets too, for
/// itself, because instances have them in their names: `map[perplexity=5,*]`.
struct NamePattern {
    private let characters: [Character]

    init(_ text: String) { characters = Array(text) }

    /// Whether it can fit more than its own text.
    var isOpen: Bool { characters.contains { $0 == "*" || $0 == "?" } }

    /// - Complexity: O(name · pattern), without recursion.
    func fits(_ name: String) -> Bool {
        let name = Array(name)
        var (place, next) = (0, 0)
        // Where the last star stands, and how far what it covers reaches.
        var star: (pattern: Int, name: Int)?
        while place < name.count {
            if next < characters.count, characters[next] == "*" {
                star = (next, place)
                next += 1
            } else if next < characters.count, characters[next] == "?" || characters[next] == name[place] {
                place += 1
                next += 1
            } else if let last = star {
                star = (last.pattern, last.name + 1)
                (place, next) = (last.name + 1, last.pattern + 1)
            } else {
                return false
            }
        }
        return characters[next...].allSatisfy { $0 == "*" }
    }
}
