import CHDF5

/// An attribute as some file has it. Its users are inside `Library.call`.
struct StoredAttribute {
    let name: String
    let type: StoredType
    let shape: StoredShape
    private let handle: Handle
    private let space: Handle
    private let place: Place

    /// Bytes that an attribute may take; more is described, not read.
    private static let mostBytes = 1 << 24

    init(object: Handle, name: String, _ place: Place) throws {
        self.name = name
        self.place = place
        handle = try place.own(
            H5Aopen(object.id, name, CHDF5_default()), "open the attribute '\(name)'")
        type = StoredType(try place.own(H5Aget_type(handle.id), "read the type of attribute '\(name)'"))
        space = try place.own(H5Aget_space(handle.id), "read the shape of attribute '\(name)'")
        shape = try StoredShape(space: space, place)
    }

    /// The type and shape in words: `float32`, `compound of …, shape [3]`.
    var words: String {
        if shape.isNull { return "nothing (\(type.words))" }
        return shape.lengths.isEmpty ? type.words : "\(type.words), shape \(shape.lengths)"
    }

    private var isReadable: Bool {
        shape.elementCount.saturatingProduct(with: max(type.byteCount, 8)) <= Self.mostBytes && !shape.isNull
    }

    func value() throws -> HDF5AttributeValue {
        guard isReadable else { return .other(words) }
        // Values of more axes are named, not flattened: nobody could tell the axes apart afterwards.
        guard shape.lengths.count <= 1 else { return .other(words) }
        let isScalar = shape.lengths.isEmpty
        switch type.form {
        case .float(let bits) where bits <= 64:
            let numbers = try read(as: CHDF5_float64_memory(), zero: 0.0)
            return isScalar ? .number(numbers[0]) : .numbers(numbers)
        case .integer(64, isSigned: false):
            let numbers = try read(as: CHDF5_uint64_memory(), zero: UInt64(0))
            guard numbers.allSatisfy({ $0 <= UInt64(Int.max) }) else {
                return isScalar ? .number(Double(numbers[0])) : .numbers(numbers.map { Double($0) })
            }
            return isScalar ? .integer(Int(numbers[0])) : .integers(numbers.map { Int($0) })
        case .integer:
            let numbers = try read(as: CHDF5_int64_memory(), zero: 0)
            return isScalar ? .integer(numbers[0]) : .integers(numbers)
        case .boolean where isScalar:
            return .boolean(try read(as: type.handle.id, zero: Int8(0))[0] != 0)
        case .variableText, .fixedText:
            let texts = try texts()
            return isScalar ? .string(texts[0]) : .strings(texts)
        default:
            return .other(words)
        }
    }

    /// The elements as bytes, numbers in the machine's order; `nil` when they hold references into the heap or are too
    /// many.
    func bytes() throws -> [UInt8]? {
        guard isReadable, !type.hasVariableParts, type.byteCount > 0 else { return nil }
        let memoryType = try type.canonicalMemoryType(place)
        var bytes = [UInt8](repeating: 0, count: shape.elementCount * H5Tget_size(memoryType.id))
        guard !bytes.isEmpty else { return [] }
        try place.check(H5Aread(handle.id, memoryType.id, &bytes), "read the attribute '\(name)'")
        return bytes
    }

    /// All texts, whatever the number of axes.
    func texts() throws -> [String] {
        guard type.form == .variableText else {
            return try (bytes() ?? []).withUnsafeBytes { TextCoding.fixed($0, type: type) }
        }
        var pointers = try read(as: type.handle.id, zero: UnsafeMutablePointer<CChar>?.none)
        let texts = pointers.map { $0.map { String(cString: $0) } ?? "" }
        H5Dvlen_reclaim(type.handle.id, space.id, CHDF5_default(), &pointers)
        return texts
    }

    /// The lists of object references in a `DIMENSION_LIST`; empty for attributes of another type.
    func referenceLists() throws -> [[hobj_ref_t]] {
        guard isReadable, H5Tget_class(type.handle.id) == H5T_VLEN else { return [] }
        let base = try place.own(H5Tget_super(type.handle.id), "read the type of attribute '\(name)'")
        guard H5Tequal(base.id, CHDF5_object_reference()) > 0 else { return [] }
        var lists = try read(as: type.handle.id, zero: hvl_t(len: 0, p: nil))
        defer { H5Dvlen_reclaim(type.handle.id, space.id, CHDF5_default(), &lists) }
        return lists.map { list in
            guard let base = list.p else { return [] }
            return Array(
                UnsafeBufferPointer(start: base.assumingMemoryBound(to: hobj_ref_t.self), count: list.len))
        }
    }

    private func read<Element: BitwiseCopyable>(as memoryType: hid_t, zero: Element) throws -> [Element] {
        var elements = [Element](repeating: zero, count: shape.elementCount)
        guard !elements.isEmpty else { return [] }
        try place.check(H5Aread(handle.id, memoryType, &elements), "read the attribute '\(name)'")
        return elements
    }
}
