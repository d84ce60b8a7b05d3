import ForeignFiles
import Tensors

/// The number types that model files hold, and how each becomes a 32-bit float.
enum ScalarType: String, Sendable, CaseIterable {
    case float32, float16, bfloat16, float64, int64, int32, int16, int8, uint64, uint32, uint16, uint8
    /// One byte each; what is not 0 is 1.
    case bool

    init?(safetensors name: String) {
        guard let type = Self.allCases.first(where: { $0.safetensorsName == name }) else { return nil }
        self = type
    }

    var safetensorsName: String {
        switch self {
        case .float32: "F32"
        case .float16: "F16"
        case .bfloat16: "BF16"
        case .float64: "F64"
        case .int64: "I64"
        case .int32: "I32"
        case .int16: "I16"
        case .int8: "I8"
        case .uint64: "U64"
        case .uint32: "U32"
        case .uint16: "U16"
        case .uint8: "U8"
        case .bool: "BOOL"
        }
    }

    /// Bytes of one number.
    var byteWidth: Int {
        switch self {
        case .float64, .int64, .uint64: 8
        case .float32, .int32, .uint32: 4
        case .float16, .bfloat16, .int16, .uint16: 2
        case .int8, .uint8, .bool: 1
        }
    }

    /// Bytes of one number of a safetensors type, readable by us or not.
    static func byteWidth(safetensors name: String) -> Int? {
        ["F8_E4M3", "F8_E5M2"].contains(name) ? 1 : ScalarType(safetensors: name)?.byteWidth
    }

    /// Little-endian numbers, which need not be aligned, as a tensor.
    func tensor(shape: [Int], _ bytes: UnsafeRawBufferPointer) -> Tensor {
        func convert<Stored>(_ type: Stored.Type, _ transform: (Stored) -> Float) -> Tensor {
            let width = MemoryLayout<Stored>.size
            precondition(bytes.count == shape.elementCount * width, "\(bytes.count) bytes for shape \(shape)")
            return Tensor(uninitialized: shape) { target in
                for index in target.indices {
                    target[index] = transform(bytes.loadUnaligned(fromByteOffset: index * width, as: type))
                }
            }
        }
        return switch self {
        case .float32:
            Tensor(uninitialized: shape) { UnsafeMutableRawBufferPointer($0).copyMemory(from: bytes) }
        case .float16: convert(UInt16.self) { Self.float(half: $0) }
        case .bfloat16: convert(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
        case .float64: convert(Double.self) { Float($0) }
        case .int64: convert(Int64.self) { Float($0) }
        case .int32: convert(Int32.self) { Float($0) }
        case .int16: convert(Int16.self) { Float($0) }
        case .int8: convert(Int8.self) { Float($0) }
        case .uint64: convert(UInt64.self) { Float($0) }
        case .uint32: convert(UInt32.self) { Float($0) }
        case .uint16: convert(UInt16.self) { Float($0) }
        case .uint8: convert(UInt8.self) { Float($0) }
        case .bool: convert(UInt8.self) { $0 == 0 ? 0 : 1 }
        }
    }

    /// IEEE 754 half precision.
    static func float(half bits: UInt16) -> Float { Float(halfPrecision: bits) }
}
