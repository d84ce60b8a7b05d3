/// `0..<length` cut into pieces of equal size, the last one shorter.
struct TileRanges: Sendable {
    private let length: Int
    private let size: Int
    let count: Int

    init(_ length: Int, _ size: Int) {
        self.length = length
        self.size = size
        count = (length + size - 1) / size
    }

    subscript(index: Int) -> Range<Int> { index * size..<min(length, (index + 1) * size) }
}
