/// Reads one structure of an HDF5 file from front to back; addresses and lengths have the widths that the file's
/// superblock says.
struct HDF5Cursor {
    /// In bytes: 2, 4 or 8.
    struct Widths: Sendable {
        var address: Int
        var length: Int
    }

    let bytes: ForeignBytes
    let widths: Widths
    var offset: Int

    init(_ bytes: ForeignBytes, _ widths: Widths, at offset: Int = 0) {
        self.bytes = bytes
        self.widths = widths
        self.offset = offset
    }

    var remaining: Int { bytes.count - offset }

    mutating func byte() throws(ForeignFileError) -> Int { Int(try number(UInt8.self)) }
    mutating func short() throws(ForeignFileError) -> Int { Int(try number(UInt16.self)) }
    mutating func word() throws(ForeignFileError) -> Int { Int(try number(UInt32.self)) }

    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) throws(ForeignFileError) -> Number {
        let number = try bytes.integer(type, at: offset)
        offset += MemoryLayout<Number>.size
        return number
    }

    /// An unsigned number of 1...8 bytes.
    mutating func number(width: Int) throws(ForeignFileError) -> Int {
        let start = offset
        let digits = try part(width, "a number")
        let number = digits.withUnsafeBytes { $0.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        guard let number = Int(exactly: number) else {
            throw bytes.error(at: start, "the number \(number) is larger than any file")
        }
        return number
    }

    mutating func length() throws(ForeignFileError) -> Int { try number(width: widths.length) }

    /// `nil` where nothing is: all bits set.
    mutating func address() throws(ForeignFileError) -> Int? {
        if bytes.hasBytes(repeatElement(0xFF, count: widths.address), at: offset) {
            offset += widths.address
            return nil
        }
        return try number(width: widths.address)
    }

    /// Passes over bytes, which need not be there; what is read next must be.
    mutating func skip(_ count: Int) { offset += count }

    mutating func part(_ count: Int, _ name: String) throws(ForeignFileError) -> ForeignBytes {
        let part = try bytes.part(at: offset, count: count, name)
        offset += count
        return part
    }

    /// Text of `count` bytes up to its first zero.
    mutating func text(_ count: Int, _ name: String) throws(ForeignFileError) -> String {
        try part(count, name).textToZero
    }

    /// Checks the four letters that a structure starts with.
    mutating func expect(_ signature: String, _ name: String) throws(ForeignFileError) {
        guard bytes.hasBytes(signature.utf8, at: offset) else {
            throw bytes.error(at: offset, "\(name) does not start with '\(signature)'")
        }
        offset += signature.utf8.count
    }
}

extension ForeignBytes {
    /// The bytes up to the first zero as UTF-8.
    var textToZero: String {
        withUnsafeBytes { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
