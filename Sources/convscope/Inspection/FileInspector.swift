/// A kind of file that `inspect` can show. A new kind is a file in this folder and a line in `all`.
struct FileInspector: Sendable {
    let name: String

    /// Whether a file is of this kind, by its content and never by its name.
    let recognizes: @Sendable (_ path: String) -> Bool

    /// The whole text for a file, without a line break at the end.
    let describe: @Sendable (_ path: String) throws -> String

    static let all: [FileInspector] = [
        .keras, .hdf5, .npy, .npz, .cifar, .pyTorch, .safetensors, .idx, .image, .onnx,
    ]
}
