import Glibc

/// The bytes of a pickle read one after the other; a byte too few is an error.
struct PickleReader {
    let bytes: UnsafeRawBufferPointer
    /// The same bytes, for errors.
    let source: ForeignBytes
    private(set) var position = 0

    /// Where the current opcode stands.
    private(set) var start = 0

    init(bytes: UnsafeRawBufferPointer, source: ForeignBytes) {
        self.bytes = bytes
        self.source = source
    }

    mutating func opcode() throws(ForeignFileError) -> UInt8 {
        start = position
        return try integer(UInt8.self)
    }

    mutating func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws(ForeignFileError) -> Number {
        let range = try take(MemoryLayout<Number>.size)
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: range.lowerBound, as: type))
    }

    /// A count of bytes as `Number`, then so many bytes.
    mutating func run<Number: FixedWidthInteger>(_ type: Number.Type) throws(ForeignFileError) -> PickleBytes {
        let count = try integer(type)
        guard let count = Int(exactly: count), count >= 0 else { throw damaged("claims \(count) bytes") }
        let range = try take(count)
        return PickleBytes(start: range.lowerBound, count: range.count, isUnescaped: false)
    }

    /// The text up to the next line break, which is passed over.
    mutating func line() throws(ForeignFileError) -> PickleBytes {
        guard let base = bytes.baseAddress,
            let found = memchr(base + position, Int32(UInt8(ascii: "\n")), bytes.count - position)
        else { throw damaged("the pickle ends in the middle of a line") }
        let end = UnsafeRawPointer(found) - base
        defer { position = end + 1 }
        return PickleBytes(start: position, count: end - position, isUnescaped: false)
    }

    /// The same as a string, ASCII only.
    mutating func word() throws(ForeignFileError) -> String {
        let line = try line()
        guard line.count <= 4096 else { throw damaged("a name or number has \(line.count) letters") }
        return String(decoding: bytes[line.start..<line.start + line.count], as: UTF8.self)
    }

    /// A number in decimal digits.
    mutating func decimal() throws(ForeignFileError) -> Int {
        let word = try word()
        guard let number = Int(word) else { throw damaged("'\(word.prefix(40))' is no number of 64 bits") }
        return number
    }

    func damaged(_ what: String) -> ForeignFileError { source.error(at: start, what) }

    private mutating func take(_ count: Int) throws(ForeignFileError) -> Range<Int> {
        guard count <= bytes.count - position else {
            throw damaged("the pickle ends in the middle of a value of \(count) bytes")
        }
        defer { position += count }
        return position..<position + count
    }
}
