/// An array of NumPy inside a pickle, as data.
public struct PickledArray: Sendable {
    public let shape: [Int]
    /// Kind and width as NumPy writes them, without the byte order: `u1`, `f4`, `i8`, `b1`, ….
    public let type: String
    public let isBigEndian: Bool
    /// Whether the first axis is the one whose neighbours lie side by side.
    public let isColumnMajor: Bool
    /// As many as shape and type need.
    public let bytes: [UInt8]
}

extension Pickle {
    /// The array that a value stands for, however NumPy pickled it; `nil` when the value is no array.
    /// - Throws: `ForeignFileError` when it is one that contradicts itself or holds Python objects.
    public func array(_ value: PickleValue) throws(ForeignFileError) -> PickledArray? {
        guard let call = call(value) else { return nil }
        switch call.global {
        case "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct":
            // The state: version, shape, type, whether the order is Fortran's, the bytes.
            guard let state = call.state.flatMap(elements), state.count == 5, case .boolean(let order) = state[3] else {
                throw error("a NumPy array has no shape, type or bytes")
            }
            return try array(shape: state[1], type: state[2], isColumnMajor: order, content: state[4])
        case "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer":
            guard call.arguments.count == 4 else { throw error("a NumPy array has no shape, type or bytes") }
            return try array(
                shape: call.arguments[2], type: call.arguments[1], isColumnMajor: text(call.arguments[3]) == "F",
                content: call.arguments[0])
        case "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar":
            guard call.arguments.count == 2 else { throw error("a NumPy scalar has no type or bytes") }
            return try array(shape: nil, type: call.arguments[0], isColumnMajor: false, content: call.arguments[1])
        default: return nil
        }
    }

    /// Bytes of a value: bytes themselves, or `_codecs.encode(text, 'latin1')`, as protocol 2 writes them.
    public func bytes(_ value: PickleValue) -> [UInt8]? {
        if case .bytes(let bytes) = value { return withUnsafeBytes(of: bytes) { [UInt8]($0) } }
        guard let call = call(value), call.global == "_codecs.encode", case .text(let text)? = call.arguments.first,
            call.arguments.count < 2 || self.text(call.arguments[1]) == "latin1"
        else { return nil }
        return withUnsafeBytes(of: text) { buffer in
            var result: [UInt8] = []
            result.reserveCapacity(buffer.count)
            for scalar in String(decoding: buffer, as: UTF8.self).unicodeScalars {
                guard let byte = UInt8(exactly: scalar.value) else { return nil }
                result.append(byte)
            }
            return result
        }
    }

    private func array(
        shape: PickleValue?, type: PickleValue, isColumnMajor: Bool, content: PickleValue
    ) throws(ForeignFileError) -> PickledArray {
        let lengths = shape.map { elements($0)?.map(integer) ?? [nil] } ?? []
        let shape = lengths.compactMap(\.self)
        guard shape.count == lengths.count, shape.count <= 64, shape.allSatisfy({ $0 >= 0 }) else {
            throw error("a NumPy array has no shape")
        }
        // `numpy.dtype('f8', False, True)`, then the state (version, byte order, …).
        guard let type = call(type), type.global == "numpy.dtype", let name = type.arguments.first.flatMap(text),
            let width = Int(name.drop { !$0.isNumber }), (1...16).contains(width)
        else { throw error("a NumPy array has an unknown type") }
        guard let kind = name.first, "biufc".contains(kind) else {
            throw error("a NumPy array has the type '\(name)'", fix: "keep numbers in arrays, not objects or texts")
        }
        guard let bytes = bytes(content) else {
            throw error("a NumPy array holds no bytes", fix: "keep numbers in arrays, not objects or texts")
        }
        var size = width
        for length in shape {
            let (product, overflow) = size.multipliedReportingOverflow(by: length)
            guard !overflow else { throw error("a NumPy array claims the shape \(shape)") }
            size = product
        }
        guard size == bytes.count else {
            throw error(
                "a NumPy array of shape \(shape) and type '\(name)' needs \(size) bytes, but has \(bytes.count)")
        }
        let order = type.state.flatMap(elements).flatMap { $0.count > 1 ? text($0[1]) : nil }
        return PickledArray(
            shape: shape, type: name, isBigEndian: order == ">", isColumnMajor: isColumnMajor, bytes: bytes)
    }
}
