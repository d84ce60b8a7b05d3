/// What an element of an HDF5 data set or attribute is, as far as this reader understands it.
public indirect enum HDF5Datatype: Sendable, Hashable, CustomStringConvertible {
    case integer(size: Int, isSigned: Bool, isBigEndian: Bool)
    /// IEEE 754, of 2, 4 or 8 bytes.
    case float(size: Int, isBigEndian: Bool)
    /// One byte, as h5py writes NumPy's `bool`.
    case boolean
    /// Cut at the first zero, or at trailing spaces.
    case fixedString(size: Int, isPaddedWithSpaces: Bool)
    case variableString
    /// Something else, in words, and its size.
    case other(String, size: Int)

    /// Bytes of an element in the file. Variable strings are stored elsewhere; what counts here is where they point.
    func size(_ widths: HDF5Cursor.Widths) -> Int {
        switch self {
        case .integer(let size, _, _), .float(let size, _), .fixedString(let size, _), .other(_, let size): size
        case .boolean: 1
        case .variableString: 4 + widths.address + 4
        }
    }

    public var description: String {
        switch self {
        case .integer(let size, let isSigned, let isBigEndian):
            "\(isSigned ? "int" : "uint")\(size * 8)" + (isBigEndian && size > 1 ? " (big-endian)" : "")
        case .float(let size, let isBigEndian): "float\(size * 8)" + (isBigEndian ? " (big-endian)" : "")
        case .boolean: "bool"
        case .fixedString(let size, _): "string of \(size) bytes"
        case .variableString: "string"
        case .other(let name, _): name
        }
    }

    /// Reads a datatype message (specification, section IV.A.2.d).
    init(_ body: ForeignBytes) throws(ForeignFileError) {
        var cursor = HDF5Cursor(body, .init(address: 8, length: 8))
        self = try Self.read(&cursor, depth: 0)
    }

    private static func read(_ cursor: inout HDF5Cursor, depth: Int) throws(ForeignFileError) -> HDF5Datatype {
        let start = cursor.offset
        let head = try cursor.word()
        let size = try cursor.word()
        let (kind, bits) = (head & 0xF, head >> 8)
        guard size > 0 else { throw cursor.bytes.error(at: start, "a datatype of no bytes") }
        // Types within types: h5py nests two deep.
        guard depth < 8 else { return .other("a deeply nested type", size: size) }
        switch kind {
        case 0:
            let (offset, precision) = (try cursor.short(), try cursor.short())
            guard [1, 2, 4, 8].contains(size), offset == 0, precision == size * 8 else {
                return .other("an integer of \(precision) bits in \(size) bytes", size: size)
            }
            return .integer(size: size, isSigned: bits & 8 != 0, isBigEndian: bits & 1 != 0)
        case 1: return try float(&cursor, size: size, bits: bits)
        case 3: return .fixedString(size: size, isPaddedWithSpaces: bits & 0xF == 2)
        case 8: return try enumeration(&cursor, size: size, members: bits & 0xFFFF, version: head >> 4 & 0xF, depth)
        case 9:
            return bits & 0xF == 1 ? .variableString : .other("a list of variable length", size: size)
        default:
            let names = [
                2: "a time", 4: "a bit field", 5: "opaque bytes", 6: "a compound type", 7: "a reference",
                10: "an array type",
            ]
            return .other(names[kind] ?? "a type of class \(kind)", size: size)
        }
    }

    private static func float(
        _ cursor: inout HDF5Cursor, size: Int, bits: Int
    ) throws(ForeignFileError) -> HDF5Datatype {
        let (offset, precision) = (try cursor.short(), try cursor.short())
        let exponent = (place: try cursor.byte(), bits: try cursor.byte())
        let mantissa = (place: try cursor.byte(), bits: try cursor.byte())
        let ieee = [2: (10, 5), 4: (23, 8), 8: (52, 11)][size]
        guard let ieee, offset == 0, precision == size * 8, mantissa.place == 0, mantissa.bits == ieee.0,
            exponent.place == ieee.0, exponent.bits == ieee.1, bits & 0x40 == 0
        else { return .other("a floating-point type of \(precision) bits that is not IEEE 754", size: size) }
        return .float(size: size, isBigEndian: bits & 1 != 0)
    }

    /// An enumeration of `FALSE` and `TRUE` in a byte is NumPy's `bool`; any other counts as its integers.
    private static func enumeration(
        _ cursor: inout HDF5Cursor, size: Int, members: Int, version: Int, _ depth: Int
    ) throws(ForeignFileError) -> HDF5Datatype {
        let base = try read(&cursor, depth: depth + 1)
        guard case .integer = base, base.size(cursor.widths) == size else {
            return .other("an enumeration over \(base)", size: size)
        }
        guard size == 1, members == 2 else { return base }
        var names: [String] = []
        for _ in 0..<members {
            let start = cursor.offset
            let name = try cursor.bytes.part(at: start, count: min(8, cursor.remaining), "a name").textToZero
            names.append(name)
            // Before version 3 names are padded to eight bytes.
            let length = name.utf8.count + 1
            cursor.skip(version < 3 ? (length + 7) / 8 * 8 : length)
        }
        let values = [try cursor.byte(), try cursor.byte()]
        return names == ["FALSE", "TRUE"] && values == [0, 1] ? .boolean : base
    }
}
