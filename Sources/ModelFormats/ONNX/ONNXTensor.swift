import ForeignFiles
import Tensors

/// A tensor of an ONNX file, whose numbers stay in the file until they are asked for.
struct ONNXTensor: Sendable {
    static let largestRank = 8

    let name: String
    let shape: [Int]
    /// As ONNX calls the type of its numbers, in small letters: `float16`.
    let typeName: String
    /// Number of elements.
    let count: Int
    private let type: ScalarType?
    private let message: ForeignBytes
    private let place: Place

    /// Where the numbers are.
    private enum Place {
        /// Little-endian, one after the other.
        case raw(ForeignBytes)
        /// In a repeated field of the message.
        case listed
        case external(ONNXExternalData)
    }

    /// - Parameter name: `nil` takes the one in the message.
    init(_ message: ForeignBytes, name given: String? = nil, _ budget: inout ONNXBudget) throws(ForeignFileError) {
        try budget.charge(192, for: message)
        var (name, shape, code, isExternal): (String, [Int], Int, Bool) = ("", [], 0, false)
        var raw: ForeignBytes?
        var external: [String: String] = [:]
        var fields = ProtobufFields(message)
        while let field = try fields.next() {
            switch field.number {
            case 1:
                var lengths = try field.integers
                while let length = try lengths.next() {
                    guard shape.count < Self.largestRank else {
                        throw message.error(at: 0, "a tensor has too many axes")
                    }
                    shape.append(length)
                }
            case 2: code = try field.integer
            case 8: name = try budget.text(field)
            case 9: raw = try field.bytes
            case 13:
                let (key, value) = try Self.pair(field.bytes, &budget)
                external[key] = value
            case 14: isExternal = try field.integer == 1
            default: break
            }
        }
        if let given { name = given }
        let words = "tensor '\(name.prefix(120))'"
        guard let count = shape.elementCount(atMost: 1 << 48) else {
            throw message.error(at: 0, "\(words) claims the shape \(shape)")
        }
        (typeName, type) = Self.types[code] ?? ("type \(code)", nil)
        let byteCount = count.multipliedReportingOverflow(by: type?.byteWidth ?? 1)
        if isExternal {
            place = .external(try ONNXExternalData(external, of: words, in: message))
        } else if let raw {
            guard type == nil || !byteCount.overflow && byteCount.partialValue == raw.count else {
                throw raw.error(at: 0, "\(words) claims the shape \(shape) but has \(raw.count) bytes")
            }
            place = .raw(raw)
        } else {
            // Each number takes a byte at least.
            guard count <= message.count else {
                throw message.error(
                    at: 0, "\(words) claims the shape \(shape), more than its \(message.count) bytes hold")
            }
            place = .listed
        }
        self.name = name
        self.shape = shape
        self.count = count
        self.message = message
    }

    /// The other file that its numbers are in, relative to the model's folder; `nil` where they are in the model.
    var externalFile: String? {
        guard case .external(let data) = place else { return nil }
        return data.location
    }

    /// The numbers as a tensor.
    /// - Parameter folder: where the model's external files lie; `nil` refuses them.
    func tensor(folder: String?) throws(ForeignFileError) -> Tensor {
        guard let type else {
            throw message.error(
                at: 0, "tensor '\(name.prefix(120))' holds numbers of \(typeName), which are not read",
                fix: "export the model with float weights")
        }
        switch place {
        case .raw(let bytes): return try view(type, of: bytes).tensor()
        case .listed: return try listed(type)
        case .external(let data):
            let bytes = try data.bytes(folder: folder, count: count * type.byteWidth, message)
            return try view(type, of: bytes).tensor()
        }
    }

    /// The numbers of a short tensor of whole numbers; `nil` for any other.
    func integers() throws(ForeignFileError) -> [Int]? {
        guard count <= ONNXConstant.mostIntegers, let width = [.int64: 8, .int32: 4][type] else { return nil }
        switch place {
        case .raw(let bytes):
            var result: [Int] = []
            for index in 0..<count {
                result.append(
                    width == 8
                        ? Int(try bytes.integer(Int64.self, at: 8 * index))
                        : Int(try bytes.integer(Int32.self, at: 4 * index)))
            }
            return result
        case .listed:
            var result: [Int] = []
            var fields = ProtobufFields(message)
            while let field = try fields.next() {
                guard field.number == (width == 8 ? 7 : 5) else { continue }
                var numbers = try field.integers
                while let number = try numbers.next(), result.count <= count { result.append(number) }
            }
            guard result.count == count else { throw wrongCount }
            return result
        case .external: return nil
        }
    }

    private func view(_ type: ScalarType, of bytes: ForeignBytes) throws(ForeignFileError) -> TensorView {
        var strides = shape
        var stride = 1
        for axis in shape.indices.reversed() {
            strides[axis] = stride
            stride *= max(shape[axis], 1)
        }
        do {
            return try TensorView(
                type: type, shape: shape, strides: strides, offset: 0, storage: bytes.range, file: bytes.file)
        } catch { throw bytes.error(at: 0, "tensor '\(name.prefix(120))' \(error.what)") }
    }

    /// Reads the numbers of a repeated field.
    private func listed(_ type: ScalarType) throws(ForeignFileError) -> Tensor {
        var failure: ForeignFileError?
        var filled = 0
        let tensor = Tensor(uninitialized: shape) { target in
            do throws(ForeignFileError) {
                try forEachListed(type) { number throws(ForeignFileError) in
                    guard filled < target.count else { throw wrongCount }
                    target[filled] = number
                    filled += 1
                }
                if filled < target.count { throw wrongCount }
            } catch {
                failure = error
                target[filled...].update(repeating: 0)
            }
        }
        if let failure { throw failure }
        return tensor
    }

    private func forEachListed(
        _ type: ScalarType, _ body: (Float) throws(ForeignFileError) -> Void
    ) throws(ForeignFileError) {
        var fields = ProtobufFields(message)
        while let field = try fields.next() {
            switch (type, field.number) {
            case (.float32, 4):
                let bytes = try field.numbers(ofWidth: 4)
                for offset in stride(from: 0, to: bytes.count, by: 4) {
                    try body(Float(bitPattern: try bytes.integer(at: offset)))
                }
            case (.float64, 10):
                let bytes = try field.numbers(ofWidth: 8)
                for offset in stride(from: 0, to: bytes.count, by: 8) {
                    try body(Float(Double(bitPattern: try bytes.integer(at: offset))))
                }
            case (.float32, _), (.float64, _), (.int64, 5), (.uint32, 5), (.uint64, 5): break
            case (.int64, 7), (.uint32, 11), (.uint64, 11), (_, 5):
                var numbers = try field.integers
                while let number = try numbers.next() { try body(Self.float(number, type)) }
            default: break
            }
        }
    }

    /// A number as `int32_data` has it: the half-precision types by their bits.
    private static func float(_ number: Int, _ type: ScalarType) -> Float {
        switch type {
        case .float16: ScalarType.float(half: UInt16(truncatingIfNeeded: number))
        case .bfloat16: Float(bitPattern: UInt32(truncatingIfNeeded: number) << 16)
        case .bool: number == 0 ? 0 : 1
        case .uint64: Float(UInt(bitPattern: number))
        default: Float(number)
        }
    }

    private var wrongCount: ForeignFileError {
        message.error(at: 0, "tensor '\(name.prefix(120))' of shape \(shape) lists another count of numbers")
    }

    /// A key and its value.
    static func pair(
        _ message: ForeignBytes, _ budget: inout ONNXBudget
    ) throws(ForeignFileError) -> (key: String, value: String) {
        var (key, value) = ("", "")
        var fields = ProtobufFields(message)
        while let field = try fields.next() {
            switch field.number {
            case 1: key = try budget.text(field)
            case 2: value = try budget.text(field)
            default: break
            }
        }
        return (key, value)
    }

    private static let types: [Int: (String, ScalarType?)] = [
        1: ("float", .float32), 2: ("uint8", .uint8), 3: ("int8", .int8), 4: ("uint16", .uint16), 5: ("int16", .int16),
        6: ("int32", .int32), 7: ("int64", .int64), 8: ("string", nil), 9: ("bool", .bool), 10: ("float16", .float16),
        11: ("double", .float64), 12: ("uint32", .uint32), 13: ("uint64", .uint64), 14: ("complex64", nil),
        15: ("complex128", nil), 16: ("bfloat16", .bfloat16),
    ]
}
