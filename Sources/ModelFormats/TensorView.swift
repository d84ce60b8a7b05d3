import ForeignFiles
import Tensors

/// Numbers of a file as a tensor sees them: a storage, where it begins in it, and how far neighbours lie apart.
struct TensorView: Sendable {
    let type: ScalarType
    let shape: [Int]
    /// In elements, one for each axis; 0 repeats.
    private let strides: [Int]
    /// Where the first element lies in the file.
    private let start: Int
    private let file: MappedFile

    /// More than any program makes.
    static let mostAxes = 32

    /// What is wrong with a view.
    struct Problem: Error {
        let what: String
    }

    /// A view of a storage at `storage` in `file`, in bytes, checked so that no element lies outside of it.
    ///
    /// Repeating axes may claim any shape, so a view that has more elements than its storage takes no more memory than
    /// four times the file's size.
    init(
        type: ScalarType, shape: [Int], strides: [Int], offset: Int, storage: Range<Int>, file: MappedFile
    ) throws(Problem) {
        guard shape.count == strides.count, shape.count <= Self.mostAxes, shape.allSatisfy({ $0 >= 0 }) else {
            throw Problem(what: "claims the shape \(shape) with strides \(strides)")
        }
        guard let elements = shape.elementCount(atMost: 1 << 48) else {
            throw Problem(what: "claims the shape \(shape), more elements than the file has bytes")
        }
        guard offset >= 0, strides.allSatisfy({ $0 >= 0 }) else {
            throw Problem(what: "claims the negative strides \(strides) or offset \(offset)")
        }
        var last = offset
        for (length, stride) in zip(shape, strides) where elements > 0 {
            let (reach, tooFar) = stride.multipliedReportingOverflow(by: length - 1)
            let (sum, beyond) = last.addingReportingOverflow(reach)
            guard !tooFar, !beyond else {
                throw Problem(what: "claims the shape \(shape) with strides \(strides)")
            }
            last = sum
        }
        // Repeated elements are written out at their own width, then as 32-bit floats.
        guard elements * type.byteWidth <= storage.count || elements * (type.byteWidth + 4) <= 4 * file.count + 1 << 20
        else {
            throw Problem(what: "claims the shape \(shape), more elements than the file has bytes")
        }
        guard elements == 0 || last < storage.count / type.byteWidth else {
            throw Problem(
                what: "reaches element \(last) of a storage of \(storage.count / type.byteWidth)")
        }
        self.type = type
        self.shape = shape
        self.strides = strides
        self.file = file
        start = elements == 0 ? storage.lowerBound : storage.lowerBound + offset * type.byteWidth
    }

    /// A view of a storage whose elements lie in row-major order.
    init(type: ScalarType, shape: [Int], storage: Range<Int>, file: MappedFile) throws(Problem) {
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in shape.indices.dropFirst().reversed() {
            strides[axis - 1] = strides[axis].multipliedReportingOverflow(by: shape[axis]).partialValue
        }
        try self.init(type: type, shape: shape, strides: strides, offset: 0, storage: storage, file: file)
    }

    /// The numbers as a tensor. Contiguous 32-bit floats are copied once, from the file to the tensor.
    func tensor() throws(ForeignFileError) -> Tensor {
        if !isContiguous { return try gathered().withUnsafeBytes { type.tensor(shape: shape, $0) } }
        if type == .float32 {
            var failure: ForeignFileError?
            let tensor = Tensor(uninitialized: shape) { target in
                do throws(ForeignFileError) {
                    try file.read(at: start, into: UnsafeMutableRawBufferPointer(target))
                } catch {
                    failure = error
                }
            }
            if let failure { throw failure }
            return tensor
        }
        let bytes = try file.bytes.part(at: start, count: shape.elementCount * type.byteWidth, "a tensor")
        return bytes.withUnsafeBytes { type.tensor(shape: shape, $0) }
    }

    private var isContiguous: Bool {
        var expected = 1
        for (length, stride) in zip(shape, strides).reversed() where length != 1 {
            if stride != expected { return shape.contains(0) }
            expected *= length
        }
        return true
    }

    /// Lends the numbers as they are stored, in row-major order and in pieces.
    func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard isContiguous else { return try gathered().withUnsafeBytes(body) }
        let count = shape.elementCount * type.byteWidth
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: min(count, 1 << 20), alignment: 64)
        defer { piece.deallocate() }
        var done = 0
        while done < count {
            let part = UnsafeMutableRawBufferPointer(rebasing: piece[..<min(piece.count, count - done)])
            try file.read(at: start + done, into: part)
            try body(UnsafeRawBufferPointer(part))
            done += part.count
        }
    }

    /// The bytes of the elements in row-major order, picked from the span that they lie in.
    private func gathered() throws(ForeignFileError) -> [UInt8] {
        let width = type.byteWidth
        let span = zip(shape, strides).reduce(1) { $0 + ($1.0 - 1) * $1.1 }
        let bytes = try file.bytes.part(at: start, count: span * width, "a tensor")
        return bytes.withUnsafeBytes { source in
            [UInt8](unsafeUninitializedCapacity: shape.elementCount * width) { target, count in
                count = shape.elementCount * width
                forEachElement(lengths: shape, strides: strides) { element, position in
                    UnsafeMutableRawBufferPointer(target).baseAddress!.advanced(by: element * width)
                        .copyMemory(from: source.baseAddress! + position * width, byteCount: width)
                }
            }
        }
    }
}
