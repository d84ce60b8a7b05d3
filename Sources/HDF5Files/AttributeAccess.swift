import CHDF5

/// Attributes of one open object. Its users are inside `Library.call`.
struct AttributeAccess {
    let object: Handle
    let place: Place

    /// Names of all attributes, sorted by their bytes.
    func names() throws -> [String] {
        var names: [String] = []
        let status = withUnsafeMutablePointer(to: &names) { target in
            var position: hsize_t = 0
            return H5Aiterate2(
                object.id, H5_INDEX_NAME, H5_ITER_NATIVE, &position,
                { _, name, _, context in
                    guard let name, let context else { return -1 }
                    context.assumingMemoryBound(to: [String].self).pointee.append(String(cString: name))
                    return 0
                }, target)
        }
        try place.check(status, "list the attributes")
        return names.sorted { $0.precedesInBytes($1) }
    }

    func all() throws -> [HDF5Attribute] {
        try names().filter { !DimensionScales.bookkeeping.contains($0) }.map { name in
            HDF5Attribute(name: name, value: try value(name) ?? .other("nothing"))
        }
    }

    func exists(_ name: String) throws -> Bool {
        try place.check(H5Aexists(object.id, name), "look for the attribute '\(name)'") > 0
    }

    func value(_ name: String) throws -> HDF5AttributeValue? {
        guard try exists(name) else { return nil }
        return try StoredAttribute(object: object, name: name, place).value()
    }

    func set(_ name: String, _ value: HDF5AttributeValue) throws {
        switch value {
        case .string(let text): try setTexts(name, [text], isScalar: true)
        case .strings(let texts): try setTexts(name, texts, isScalar: false)
        case .integer(let number): try set(name, CHDF5_int64_file(), CHDF5_int64_memory(), [number], isScalar: true)
        case .integers(let numbers): try set(name, CHDF5_int64_file(), CHDF5_int64_memory(), numbers, isScalar: false)
        case .number(let number): try set(name, CHDF5_float64_file(), CHDF5_float64_memory(), [number], isScalar: true)
        case .numbers(let numbers):
            try set(name, CHDF5_float64_file(), CHDF5_float64_memory(), numbers, isScalar: false)
        case .boolean(let flag):
            let type = try booleanType()
            try set(name, type.id, type.id, [Int8(flag ? 1 : 0)], isScalar: true)
        case .other(let words): preconditionFailure("attribute '\(name)' cannot be written as \(words)")
        }
    }

    /// h5py's type for truth values.
    private func booleanType() throws -> Handle {
        let type = try place.own(H5Tenum_create(CHDF5_int8_file()), "prepare the type")
        for (name, value) in [("FALSE", Int8(0)), ("TRUE", Int8(1))] {
            var value = value
            try place.check(H5Tenum_insert(type.id, name, &value), "prepare the type")
        }
        return type
    }

    private func setTexts(_ name: String, _ texts: [String], isScalar: Bool) throws {
        try TextCoding.withPointers(texts, place) { pointers in
            let type = HDF5ElementType.textType()
            try set(name, type.id, type.id, pointers, isScalar: isScalar)
        }
    }

    /// Writes an attribute anew; `isScalar` tells one value from a list of one.
    func set<Element>(
        _ name: String, _ fileType: hid_t, _ memoryType: hid_t, _ elements: [Element], isScalar: Bool
    ) throws {
        if try exists(name) {
            try place.check(H5Adelete(object.id, name), "replace the attribute '\(name)'")
        }
        let space = try place.own(
            isScalar ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, [hsize_t(elements.count)], nil), "prepare the shape")
        let attribute = try place.own(
            H5Acreate2(object.id, name, fileType, space.id, CHDF5_default(), CHDF5_default()),
            "create the attribute '\(name)'")
        guard !elements.isEmpty else { return }
        try elements.withUnsafeBytes { bytes in
            _ = try place.check(
                H5Awrite(attribute.id, memoryType, bytes.baseAddress), "write the attribute '\(name)'")
        }
    }
}
