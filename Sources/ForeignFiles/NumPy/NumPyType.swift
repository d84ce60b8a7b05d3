/// What an element of a NumPy array is, as far as this reader takes it: a number.
public struct NumPyType: Sendable, Hashable, CustomStringConvertible {
    public enum Kind: Character, Sendable {
        case boolean = "b"
        case unsigned = "u"
        case signed = "i"
        case float = "f"
    }

    public let kind: Kind
    /// In bytes: 1, 2, 4 or 8.
    public let size: Int
    public let isBigEndian: Bool

    /// NumPy's name: `uint8`, `float32 (big-endian)`.
    public var description: String {
        let name =
            switch kind {
            case .boolean: "bool"
            case .unsigned: "uint\(size * 8)"
            case .signed: "int\(size * 8)"
            case .float: "float\(size * 8)"
            }
        return name + (isBigEndian && size > 1 ? " (big-endian)" : "")
    }

    /// Reads NumPy's own notation: `<f4`, `|u1`, `>i8`.
    public init?(_ notation: String) {
        var rest = notation[...]
        isBigEndian = rest.first == ">"
        if let first = rest.first, "<>|=".contains(first) { rest.removeFirst() }
        guard let letter = rest.popFirst(), let kind = Kind(rawValue: letter), let size = Int(rest),
            kind.sizes.contains(size)
        else { return nil }
        self.kind = kind
        self.size = size
    }

    /// The element at a position counted in elements, rounded where it has more digits than a float; booleans are 0
    /// and 1.
    func float(at index: Int, of bytes: UnsafeRawBufferPointer) -> Float {
        switch (kind, size) {
        case (.boolean, _): bytes[index] == 0 ? 0 : 1
        case (.unsigned, 1): Float(bytes[index])
        case (.unsigned, 2): Float(bits(UInt16.self, index, bytes))
        case (.unsigned, 4): Float(bits(UInt32.self, index, bytes))
        case (.unsigned, _): Float(bits(UInt64.self, index, bytes))
        case (.signed, 1): Float(bits(Int8.self, index, bytes))
        case (.signed, 2): Float(bits(Int16.self, index, bytes))
        case (.signed, 4): Float(bits(Int32.self, index, bytes))
        case (.signed, _): Float(bits(Int64.self, index, bytes))
        case (.float, 2): Float(halfPrecision: bits(UInt16.self, index, bytes))
        case (.float, 4): Float(bitPattern: bits(UInt32.self, index, bytes))
        case (.float, _): Float(Double(bitPattern: bits(UInt64.self, index, bytes)))
        }
    }

    private func bits<Bits: FixedWidthInteger>(_ type: Bits.Type, _ index: Int, _ bytes: UnsafeRawBufferPointer) -> Bits
    {
        let bits = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Bits>.size, as: type)
        return isBigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits)
    }
}

extension NumPyType.Kind {
    fileprivate var sizes: [Int] {
        switch self {
        case .boolean: [1]
        case .unsigned, .signed: [1, 2, 4, 8]
        case .float: [2, 4, 8]
        }
    }
}
