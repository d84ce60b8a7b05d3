import CHDF5

extension HDF5ElementType {
    /// The type as it stands in a file: little-endian, text as variable-length UTF-8.
    func fileType() -> Handle {
        switch self {
        case .float16: Self.halfType()
        case .float32: Handle(H5Tcopy(CHDF5_float32_file()))
        case .float64: Handle(H5Tcopy(CHDF5_float64_file()))
        case .int64: Handle(H5Tcopy(CHDF5_int64_file()))
        case .int32: Handle(H5Tcopy(CHDF5_int32_file()))
        case .uint8: Handle(H5Tcopy(CHDF5_uint8_file()))
        case .string: Self.textType()
        }
    }

    /// The type of the numbers in memory; `float16` has none of its own, its values are `Float`.
    var memoryType: hid_t {
        switch self {
        case .float16, .float32: CHDF5_float32_memory()
        case .float64: CHDF5_float64_memory()
        case .int64: CHDF5_int64_memory()
        case .int32: CHDF5_int32_memory()
        case .uint8: CHDF5_uint8_memory()
        case .string: preconditionFailure("text has no type of numbers in memory")
        }
    }

    /// IEEE 754 binary16: sign at bit 15, 5 bits of exponent from bit 10, 10 of mantissa, bias 15.
    private static func halfType() -> Handle {
        let type = Handle(H5Tcopy(CHDF5_float32_file()))
        H5Tset_fields(type.id, 15, 10, 5, 0, 10)
        H5Tset_size(type.id, 2)
        H5Tset_ebias(type.id, 15)
        return type
    }

    static func textType() -> Handle {
        let type = Handle(H5Tcopy(CHDF5_c_string()))
        H5Tset_size(type.id, CHDF5_variable_length())
        H5Tset_cset(type.id, H5T_CSET_UTF8)
        return type
    }
}
