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

    /// What is wrong with a view.
    struct Problem: Error {
        let what: String
    }

    /// A view of a storage at `storage` in `file`, in bytes, checked so that no element lies outside of it.
    ///
    /// Repeating axes may claim any shape, so a view also has no more elements than the file has bytes.
    init(
        type: ScalarType, shape: [Int], strides: [Int], offset: Int, storage: Range<Int>, file: MappedFile
    ) throws(Problem) {
        guard shape.count == strides.count, shape.count <= 32, shape.allSatisfy({ $0 >= 0 }) else {
            throw Problem(what: "claims the shape \(shape) with strides \(strides)")
        }
        guard offset >= 0, strides.allSatisfy({ $0 >= 0 }) else {
            throw Problem(what: "claims the negative strides \(strides) or offset \(offset)")
        }
        var count = 1
        var last = offset
        for (length, stride) in zip(shape, strides) where !shape.contains(0) {
            let (product, tooMany) = count.multipliedReportingOverflow(by: length)
            let (reach, tooFar) = stride.multipliedReportingOverflow(by: length - 1)
            let (sum, beyond) = last.addingReportingOverflow(reach)
            guard !tooMany, !tooFar, !beyond, product <= file.count else {
                throw Problem(what: "claims the shape \(shape), more elements than the file has bytes")
            }
            (count, last) = (product, sum)
        }
        guard shape.contains(0) || last < storage.count / type.byteWidth else {
            throw Problem(
                what: "reaches element \(last) of a storage of \(storage.count / type.byteWidth)")
        }
        self.type = type
        self.shape = shape
        self.strides = strides
        self.file = file
        start = shape.contains(0) ? storage.lowerBound : storage.lowerBound + offset * type.byteWidth
    }

    /// The numbers as a tensor. Contiguous 32-bit floats are copied once, from the file to the tensor.
    func tensor() throws(ForeignFileError) -> Tensor {
        if !isContiguous { return try gathered() }
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

    /// Reads the span that the elements lie in, then picks them.
    private func gathered() throws(ForeignFileError) -> Tensor {
        let span = zip(shape, strides).reduce(1) { $0 + ($1.0 - 1) * $1.1 }
        let bytes = try file.bytes.part(at: start, count: span * type.byteWidth, "a tensor")
        let flat = bytes.withUnsafeBytes { type.tensor(shape: [span], $0) }
        return Tensor(uninitialized: shape) { target in
            flat.withUnsafeBufferPointer { source in
                var indices = [Int](repeating: 0, count: shape.count)
                var position = 0
                for element in target.indices {
                    target[element] = source[position]
                    for axis in shape.indices.reversed() {
                        indices[axis] += 1
                        position += strides[axis]
                        if indices[axis] < shape[axis] { break }
                        position -= strides[axis] * shape[axis]
                        indices[axis] = 0
                    }
                }
            }
        }
    }
}
