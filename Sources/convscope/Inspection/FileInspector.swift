import ModelFormats

/// A kind of file that `inspect` can show. A new kind is a file in this folder and a line in `all`.
struct FileInspector: Sendable {
    let name: String

    /// Whether a file is of this kind, by its content and never by its name.
    /// - Parameter format: what kind of weight file it is, if any.
    let recognizes: @Sendable (_ path: String, _ format: WeightFileFormat?) -> Bool

    /// The whole text for a file, without a line break at the end.
    let describe: @Sendable (_ path: String) throws -> String

    init(
        name: String, recognizes: @escaping @Sendable (_ path: String) -> Bool,
        describe: @escaping @Sendable (_ path: String) throws -> String
    ) {
        self.name = name
        self.recognizes = { path, _ in recognizes(path) }
        self.describe = describe
    }

    /// Of a kind of weight files.
    init(
        name: String, format: WeightFileFormat, describe: @escaping @Sendable (_ path: String) throws -> String
    ) {
        self.name = name
        recognizes = { $1 == format }
        self.describe = describe
    }

    static let all: [FileInspector] = [
        .keras, .hdf5, .npy, .npz, .cifar, .pyTorch, .safetensors, .idx, .image, .onnx,
    ]
}
