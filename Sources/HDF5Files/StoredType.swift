import CHDF5

/// The element type of a dataset or attribute as some file has it, told apart as far as reading needs.
struct StoredType {
    enum Form: Equatable {
        case float(bits: Int)
        case integer(bits: Int, isSigned: Bool)
        /// h5py's way to store truth values: an enumeration of FALSE and TRUE.
        case boolean
        case variableText
        case fixedText(bytes: Int)
        case other
    }

    let handle: Handle
    let form: Form
    /// Bytes per element; 0 when the library cannot tell.
    let byteCount: Int
    /// The type in words: `float32`, `int16 (big-endian)`, `compound of index: int32, weight: float64`.
    let words: String

    init(_ handle: Handle) {
        self.handle = handle
        byteCount = H5Tget_size(handle.id)
        form = Self.form(of: handle.id)
        words = Self.words(for: handle.id, form: form, depth: 0)
    }

    /// Whether elements hold references into the heap, so that their bytes say nothing by themselves.
    var hasVariableParts: Bool {
        form == .variableText || H5Tdetect_class(handle.id, H5T_VLEN) > 0
            || (form == .other && H5Tdetect_class(handle.id, H5T_STRING) > 0 && Self.hasVariableText(handle))
    }

    /// Whether all values can become `type` without clipping; rounding to a float is allowed.
    func canBeRead(as type: HDF5ElementType) -> Bool {
        switch (form, type) {
        case (.float(let bits), .float16), (.float(let bits), .float32), (.float(let bits), .float64): bits <= 64
        case (.integer, .float16), (.integer, .float32), (.integer, .float64): true
        case (.integer(let bits, let isSigned), .int64): bits < 64 || (bits == 64 && isSigned)
        case (.integer(let bits, let isSigned), .int32): bits < 32 || (bits == 32 && isSigned)
        case (.integer(let bits, let isSigned), .uint8): bits <= 8 && !isSigned
        case (.variableText, .string), (.fixedText, .string): true
        default: false
        }
    }

    /// The element type that this is exactly, if it is one that this program writes.
    var elementType: HDF5ElementType? {
        switch form {
        case .float(16): .float16
        case .float(32): .float32
        case .float(64): .float64
        case .integer(64, isSigned: true): .int64
        case .integer(32, isSigned: true): .int32
        case .integer(8, isSigned: false): .uint8
        case .variableText, .fixedText: .string
        default: nil
        }
    }

    /// The type to read canonical values as: numbers in the machine's byte order, all else as it stands in the file.
    func canonicalMemoryType(_ place: Place) throws -> Handle {
        switch form {
        case .integer: return try place.own(H5Tget_native_type(handle.id, H5T_DIR_ASCEND), "prepare the type")
        case .float(let bits) where bits > 16:
            return try place.own(H5Tget_native_type(handle.id, H5T_DIR_ASCEND), "prepare the type")
        case .float:
            // The machine has no type of its own this small.
            let type = try place.own(H5Tcopy(handle.id), "prepare the type")
            try place.check(H5Tset_order(type.id, H5T_ORDER_LE), "prepare the type")
            return type
        default: return handle
        }
    }

    private static func form(of type: hid_t) -> Form {
        let size = H5Tget_size(type)
        switch H5Tget_class(type) {
        case H5T_FLOAT: return isStandardFloat(type) ? .float(bits: size * 8) : .other
        case H5T_INTEGER:
            return isStandardInteger(type) ? .integer(bits: size * 8, isSigned: H5Tget_sign(type) == H5T_SGN_2) : .other
        case H5T_STRING:
            if H5Tis_variable_str(type) > 0 { return .variableText }
            return size > 0 ? .fixedText(bytes: size) : .other
        case H5T_ENUM: return isBoolean(type) ? .boolean : .other
        default: return .other
        }
    }

    /// Whether the bits of a float lie as in IEEE 754's 16, 32 or 64 bits, in either byte order.
    ///
    /// A file may place sign, exponent and mantissa anywhere, and libhdf5 writes out of bounds when it converts such
    /// numbers; they are therefore no numbers to us.
    private static func isStandardFloat(_ type: hid_t) -> Bool {
        let standard: Handle
        switch H5Tget_size(type) {
        case 2: standard = HDF5ElementType.float16.fileType()
        case 4: standard = HDF5ElementType.float32.fileType()
        case 8: standard = HDF5ElementType.float64.fileType()
        default: return false
        }
        if H5Tequal(type, standard.id) > 0 { return true }
        H5Tset_order(standard.id, H5T_ORDER_BE)
        return H5Tequal(type, standard.id) > 0
    }

    /// Whether a whole number fills its 1, 2, 4 or 8 bytes, in either byte order.
    private static func isStandardInteger(_ type: hid_t) -> Bool {
        let size = H5Tget_size(type)
        let order = H5Tget_order(type)
        return [1, 2, 4, 8].contains(size) && H5Tget_precision(type) == size * 8 && H5Tget_offset(type) == 0
            && (order == H5T_ORDER_LE || order == H5T_ORDER_BE)
    }

    private static func isBoolean(_ type: hid_t) -> Bool {
        guard H5Tget_size(type) == 1, H5Tget_nmembers(type) == 2 else { return false }
        return (0..<2).allSatisfy { index in
            var value: Int8 = -1
            guard let name = H5Tget_member_name(type, UInt32(index)) else { return false }
            defer { H5free_memory(name) }
            guard H5Tget_member_value(type, UInt32(index), &value) >= 0 else { return false }
            return value == index && String(cString: name) == ["FALSE", "TRUE"][index]
        }
    }

    private static func hasVariableText(_ handle: Handle) -> Bool {
        let type = handle.id
        switch H5Tget_class(type) {
        case H5T_STRING: return H5Tis_variable_str(type) > 0
        case H5T_ARRAY:
            let base = H5Tget_super(type)
            guard base >= 0 else { return true }
            return hasVariableText(Handle(base))
        case H5T_COMPOUND:
            return (0..<max(H5Tget_nmembers(type), 0)).contains { index in
                let member = H5Tget_member_type(type, UInt32(index))
                guard member >= 0 else { return true }
                return hasVariableText(Handle(member))
            }
        default: return false
        }
    }

    /// Types nest; a hostile file may nest them deeper than anybody wants to read.
    private static let deepestNesting = 8
    private static let mostMembers = 32

    private static func words(for type: hid_t, form: Form, depth: Int) -> String {
        let order = H5Tget_order(type) == H5T_ORDER_BE && H5Tget_size(type) > 1 ? " (big-endian)" : ""
        switch form {
        case .float(let bits): return "float\(bits)\(order)"
        case .integer(let bits, let isSigned): return "\(isSigned ? "" : "u")int\(bits)\(order)"
        case .boolean: return "bool"
        case .variableText: return "string"
        case .fixedText(let bytes): return "string of \(bytes) bytes"
        case .other: break
        }
        func inner(_ id: hid_t) -> String {
            guard id >= 0, depth < deepestNesting else { return "…" }
            let handle = Handle(id)
            return words(for: handle.id, form: Self.form(of: handle.id), depth: depth + 1)
        }
        switch H5Tget_class(type) {
        case H5T_FLOAT: return "float of \(H5Tget_size(type)) bytes, not IEEE 754"
        case H5T_INTEGER: return "whole number of \(H5Tget_precision(type)) bits in \(H5Tget_size(type)) bytes"
        case H5T_ENUM: return "enumeration on \(inner(H5Tget_super(type)))"
        case H5T_VLEN: return "lists of \(inner(H5Tget_super(type)))"
        case H5T_ARRAY:
            var lengths = [hsize_t](repeating: 0, count: Int(H5S_MAX_RANK))
            let rank = max(H5Tget_array_dims2(type, &lengths), 0)
            return "\(lengths.prefix(Int(rank))) of \(inner(H5Tget_super(type)))"
        case H5T_COMPOUND:
            let count = Int(max(H5Tget_nmembers(type), 0))
            let members = (0..<min(count, mostMembers)).map { index in
                let name = H5Tget_member_name(type, UInt32(index))
                defer { H5free_memory(name) }
                let text = name.map { String(cString: $0) } ?? "?"
                return "\(text): \(inner(H5Tget_member_type(type, UInt32(index))))"
            }
            return "compound of " + (members + (count > mostMembers ? ["…"] : [])).joined(separator: ", ")
        case H5T_REFERENCE: return "reference"
        case H5T_BITFIELD: return "\(H5Tget_size(type) * 8) bits"
        case H5T_OPAQUE: return "opaque of \(H5Tget_size(type)) bytes"
        case H5T_TIME: return "time"
        default: return "unknown type"
        }
    }
}
