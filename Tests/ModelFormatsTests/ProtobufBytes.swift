/// Bytes of protocol buffers' messages, put together by hand so that they may lie.
enum ProtobufBytes {
    static func varint(_ number: Int) -> [UInt8] {
        var (rest, bytes) = (UInt64(bitPattern: Int64(number)), [UInt8]())
        repeat {
            bytes.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
            rest >>= 7
        } while rest > 0
        return bytes
    }

    static func field(_ number: Int, _ value: Int) -> [UInt8] { varint(number << 3) + varint(value) }

    static func field(_ number: Int, _ bytes: [UInt8]) -> [UInt8] {
        varint(number << 3 | 2) + varint(bytes.count) + bytes
    }

    static func field(_ number: Int, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }
}

/// Parts of ONNX models.
enum ONNXBytes {
    static func model(_ graph: [UInt8]..., opset: Int = 17) -> [UInt8] {
        ProtobufBytes.field(1, 8) + ProtobufBytes.field(7, graph.flatMap(\.self))
            + ProtobufBytes.field(8, ProtobufBytes.field(2, opset))
    }

    static func node(_ operation: String, _ inputs: [String], _ output: String, _ attributes: [UInt8] = []) -> [UInt8] {
        ProtobufBytes.field(
            1,
            inputs.flatMap { ProtobufBytes.field(1, $0) } + ProtobufBytes.field(2, output)
                + ProtobufBytes.field(4, operation) + attributes)
    }

    static func integers(_ name: String, _ numbers: [Int]) -> [UInt8] {
        ProtobufBytes.field(5, ProtobufBytes.field(1, name) + numbers.flatMap { ProtobufBytes.field(8, $0) })
    }

    /// Floats of a shape, all of them zero where `raw` is `nil`; `more` stands in their place.
    static func tensor(_ name: String, _ shape: [Int], raw: [UInt8]? = nil, type: Int = 1, _ more: [UInt8] = [])
        -> [UInt8]
    {
        let floats = more.isEmpty ? raw ?? [UInt8](repeating: 0, count: 4 * shape.reduce(1, *)) : []
        return ProtobufBytes.field(
            5,
            shape.flatMap { ProtobufBytes.field(1, $0) } + ProtobufBytes.field(2, type) + ProtobufBytes.field(8, name)
                + (more.isEmpty ? ProtobufBytes.field(9, floats) : more))
    }

    static func input(_ name: String = "x", _ shape: [Int] = [1, 3, 8, 8]) -> [UInt8] { value(11, name, shape) }

    static func output(_ name: String) -> [UInt8] { value(12, name, []) }

    private static func value(_ field: Int, _ name: String, _ shape: [Int]) -> [UInt8] {
        let dimensions = shape.flatMap { ProtobufBytes.field(1, ProtobufBytes.field(1, $0)) }
        let tensor = ProtobufBytes.field(1, 1) + ProtobufBytes.field(2, dimensions)
        return ProtobufBytes.field(
            field, ProtobufBytes.field(1, name) + ProtobufBytes.field(2, ProtobufBytes.field(1, tensor)))
    }
}
