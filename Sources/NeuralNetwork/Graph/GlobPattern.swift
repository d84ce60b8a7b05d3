/// A shell-style pattern: `*` stands for any characters, `?` for one, everything else for itself.
public struct GlobPattern: Sendable {
    private let pattern: [Character]

    public init(_ pattern: String) { self.pattern = Array(pattern) }

    /// Whether the whole text fits the pattern.
    /// - Complexity: O(pattern · text): after a mismatch only the last star is tried again.
    public func matches(_ text: String) -> Bool {
        let text = Array(text)
        var (position, index) = (0, 0)
        var star: (pattern: Int, text: Int)?
        while index < text.count {
            if position < pattern.count, pattern[position] == "*" {
                star = (position, index)
                position += 1
            } else if position < pattern.count, pattern[position] == "?" || pattern[position] == text[index] {
                position += 1
                index += 1
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                (position, index) = (last.pattern + 1, last.text + 1)
            } else {
                return false
            }
        }
        return pattern[position...].allSatisfy { $0 == "*" }
    }
}
