/// Element types that datasets are written with.
public enum HDF5ElementType: String, Sendable, CaseIterable {
    /// IEEE half precision: stored in 2 bytes, handed over as `Float`, rounded to nearest, ties to even.
    case float16
    case float32
    case float64
    case int64
    case int32
    case uint8
    /// UTF-8 text of any length.
    case string

    /// Stored bytes per element; for text that of its reference.
    public var byteCount: Int {
        switch self {
        case .uint8: 1
        case .float16: 2
        case .float32, .int32: 4
        case .float64, .int64: 8
        case .string: 16
        }
    }
}

/// Numbers that can be written to and read from a dataset in place.
///
/// `Float` and `Double` read every number type, rounding to nearest. The whole numbers read whole numbers whose type
/// lies within theirs, so that nothing is ever clipped.
public protocol HDF5Number: BitwiseCopyable, Sendable {
    /// The element type that keeps the values exactly.
    static var elementType: HDF5ElementType { get }
}

extension Float: HDF5Number { public static var elementType: HDF5ElementType { .float32 } }
extension Double: HDF5Number { public static var elementType: HDF5ElementType { .float64 } }
extension Int: HDF5Number { public static var elementType: HDF5ElementType { .int64 } }
extension Int64: HDF5Number { public static var elementType: HDF5ElementType { .int64 } }
extension Int32: HDF5Number { public static var elementType: HDF5ElementType { .int32 } }
extension UInt8: HDF5Number { public static var elementType: HDF5ElementType { .uint8 } }
