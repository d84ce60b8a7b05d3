/// Bytes of a text to lines and columns, from marks that are set at regular distances.
struct JSONLines: Sendable {
    typealias Position = JSONDocument.Position

    private static let distance = 4096

    /// The position of every byte whose offset is a multiple of the distance.
    private var marks: [Position] = []

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        var position = Position(line: 1, column: 1)
        for start in stride(from: 0, to: max(bytes.count, 1), by: Self.distance) {
            marks.append(position)
            Self.advance(&position, over: start..<min(start + Self.distance, bytes.count), of: bytes)
        }
    }

    func position(ofByte offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Position {
        let mark = min(offset / Self.distance, marks.count - 1)
        var position = marks[mark]
        Self.advance(&position, over: mark * Self.distance..<offset, of: bytes)
        return position
    }

    private static func advance(
        _ position: inout Position, over range: Range<Int>, of bytes: UnsafeBufferPointer<UInt8>
    ) {
        var lastLine = UnsafeBufferPointer(rebasing: bytes[range])
        // Plain sums, which the compiler turns into wide instructions.
        var lineBreaks = 0
        for byte in lastLine { lineBreaks &+= byte == UInt8(ascii: "\n") ? 1 : 0 }
        if lineBreaks > 0 {
            position = Position(line: position.line + lineBreaks, column: 1)
            let start = lastLine.lastIndex(of: UInt8(ascii: "\n"))! + 1
            lastLine = UnsafeBufferPointer(rebasing: lastLine[start...])
        }
        // First bytes of characters; the others start with the bits 10.
        var characters = 0
        for byte in lastLine { characters &+= byte & 0xC0 != 0x80 ? 1 : 0 }
        position.column += characters
    }
}
