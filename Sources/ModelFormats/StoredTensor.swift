import Tensors

/// A tensor's numbers in the type that its file has them in; read when they are asked for.
public struct StoredTensor: Sendable {
    let type: ScalarType
    let shape: [Int]
    private let source: Source

    private enum Source: Sendable {
        case memory(Tensor)
        case view(TensorView, path: String)
        case file(any WeightFile, name: String)
    }

    init(_ tensor: Tensor) { (type, shape, source) = (.float32, tensor.shape, .memory(tensor)) }

    init(view: TensorView, path: String) { (type, shape, source) = (view.type, view.shape, .view(view, path: path)) }

    /// As 32-bit floats, whatever the file has.
    init(read entry: WeightEntry, from file: any WeightFile) {
        (type, shape, source) = (.float32, entry.shape, .file(file, name: entry.name))
    }

    var byteCount: Int { shape.elementCount * type.byteWidth }

    /// Lends the numbers, little-endian and in row-major order, piece by piece.
    func forEachPiece(
        _ body: (UnsafeRawBufferPointer) throws(ModelFileError) -> Void
    ) throws(ModelFileError) {
        switch source {
        case .memory(let tensor): try Self.lend(tensor, body)
        case .file(let file, let name): try Self.lend(try file.tensor(name), body)
        case .view(let view, let path):
            do {
                try view.forEachPiece { bytes in try body(bytes) }
            } catch let error as ModelFileError {
                throw error
            } catch {
                throw ModelFileError(path: path, "cannot be read: \(error)", fix: "check that it did not change")
            }
        }
    }

    private static func lend(
        _ tensor: Tensor, _ body: (UnsafeRawBufferPointer) throws(ModelFileError) -> Void
    ) throws(ModelFileError) {
        let result = tensor.withUnsafeBufferPointer { numbers -> Result<Void, ModelFileError> in
            Result { () throws(ModelFileError) in try body(UnsafeRawBufferPointer(numbers)) }
        }
        try result.get()
    }
}
