/// The fields of one message in the wire format of protocol buffers, one after the other.
///
/// Nothing is decoded before it is asked for, and a message inside a message is only a run of bytes: reading costs no
/// memory, needs no recursion, and what is large stays in the file. Groups, which protocol buffers gave up long ago,
/// are an error.
///
/// Why not swift-protobuf: it decodes a message as a whole and copies each run of bytes into a `Data`, so a model of 528 MB
/// would cost its size again before the first tensor is asked for. Here numbers stay in the mapped file, damage is told by
/// its place, and what is used of the format are the four encodings below.
///
/// Source: protobuf.dev, "Encoding".
public struct ProtobufFields {
    private let message: ForeignBytes
    private var position = 0

    public init(_ message: ForeignBytes) { self.message = message }

    /// The next field, or `nil` at the end of the message.
    public mutating func next() throws(ForeignFileError) -> ProtobufField? {
        guard position < message.count else { return nil }
        let start = position
        let key = try message.varint(at: &position)
        guard 1..<1 << 29 ~= key >> 3 else { throw message.error(at: start, "a field has the number \(key >> 3)") }
        var content = position
        let count: Int
        let encoding: ProtobufField.Encoding
        switch key & 7 {
        case 0:
            encoding = .varint
            _ = try message.varint(at: &position)
            count = position - content
        case 1: (encoding, count) = (.eightBytes, 8)
        case 2:
            encoding = .bytes
            let length = try message.varint(at: &position)
            content = position
            count = Int(clamping: length)
        case 5: (encoding, count) = (.fourBytes, 4)
        default: throw message.error(at: start, "a field is of the unknown wire type \(key & 7)")
        }
        let bytes = try message.part(at: content, count: count, "a field")
        position = content + count
        return ProtobufField(number: Int(key >> 3), encoding: encoding, content: bytes)
    }
}

/// One field of a message. Asking for another type than it has is an error of the file.
public struct ProtobufField {
    enum Encoding: String {
        case varint = "a whole number"
        case fourBytes = "four bytes"
        case eightBytes = "eight bytes"
        case bytes = "a run of bytes"
    }

    public let number: Int
    let encoding: Encoding
    let content: ForeignBytes

    /// A message, a text, or the numbers of a packed field.
    public var bytes: ForeignBytes {
        get throws(ForeignFileError) {
            try require(.bytes)
            return content
        }
    }

    public var text: String { get throws(ForeignFileError) { try bytes.text } }

    /// An `int64`, an `int32` or an enumeration.
    public var integer: Int {
        get throws(ForeignFileError) {
            try require(.varint)
            var position = 0
            return Int(truncatingIfNeeded: try content.varint(at: &position))
        }
    }

    public var float: Float {
        get throws(ForeignFileError) {
            try require(.fourBytes)
            return Float(bitPattern: try content.integer(at: 0))
        }
    }

    /// The numbers of a repeated field of whole numbers, packed or this one alone.
    public var integers: ProtobufIntegers {
        get throws(ForeignFileError) {
            if encoding != .varint { try require(.bytes) }
            return ProtobufIntegers(bytes: content)
        }
    }

    /// The little-endian numbers of a repeated field of floats (4 bytes) or doubles (8), packed or this one alone.
    public func numbers(ofWidth width: Int) throws(ForeignFileError) -> ForeignBytes {
        if encoding != (width == 4 ? .fourBytes : .eightBytes) { try require(.bytes) }
        guard content.count % width == 0 else {
            throw content.error(at: 0, "\(content.count) bytes do not hold whole numbers of \(width) bytes")
        }
        return content
    }

    private func require(_ expected: Encoding) throws(ForeignFileError) {
        guard encoding == expected else {
            throw content.error(at: 0, "field \(number) is \(encoding.rawValue), not \(expected.rawValue)")
        }
    }
}

/// Whole numbers that lie one after the other.
public struct ProtobufIntegers {
    let bytes: ForeignBytes
    private var position = 0

    init(bytes: ForeignBytes) { self.bytes = bytes }

    public mutating func next() throws(ForeignFileError) -> Int? {
        guard position < bytes.count else { return nil }
        return Int(truncatingIfNeeded: try bytes.varint(at: &position))
    }
}

extension ForeignBytes {
    /// A number in groups of seven bits, the lowest first, at most ten of them.
    fileprivate func varint(at position: inout Int) throws(ForeignFileError) -> UInt64 {
        let start = position
        let number: UInt64? = withUnsafeBytes { bytes in
            var number: UInt64 = 0
            for shift in stride(from: UInt64(0), to: 70, by: 7) where position < bytes.count {
                let byte = bytes[position]
                position += 1
                number |= UInt64(byte & 0x7F) << shift
                if byte < 0x80 { return number }
            }
            return nil
        }
        guard let number else { throw error(at: start, "a number does not end") }
        return number
    }
}
