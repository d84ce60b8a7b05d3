package import ForeignFiles
import NeuralNetwork
public import Tensors

/// An ONNX model: a network and its weights in one file.
///
/// Opening reads the graph and no weights; a tensor's numbers are read when it is asked for, once, straight from the
/// file. Models of the operators' versions 1 to 22 are read, with numbers in the file or beside it.
public struct ONNXFile: WeightFile {
    public let path: String
    /// The stored tensors, by the names that they have in the file.
    public let weights: [WeightEntry]
    /// The program that wrote it; empty when it does not say.
    public let producer: String
    /// Version of the operators.
    public let opset: Int
    /// Files with numbers of its tensors, as paths relative to the folder of this one, each once.
    public let externalFiles: [String]
    private let model: ONNXModel
    private let tensors: [String: ONNXTensor]
    /// Where external data may lie.
    private let folder: String?

    /// Whether bytes are an ONNX model.
    static func isONNX(_ bytes: ForeignBytes) -> Bool { ONNXModel.isONNX(bytes) }

    /// Opens a file.
    /// - Throws: `ModelFileError` when it is damaged.
    public init(path: String) throws(ModelFileError) {
        do {
            try self.init(try MappedFile(path: path).bytes, folder: Self.folder(of: path))
        } catch {
            throw ModelFileError(error)
        }
    }

    /// Where a model's external data may lie.
    static func folder(of path: String) -> String { path.lastIndex(of: "/").map { String(path[...$0]) } ?? "." }

    /// Reads a file's bytes, as `init(path:)` does.
    /// - Parameter folder: where external data may lie; `nil` refuses it.
    package init(_ bytes: ForeignBytes, folder: String? = nil) throws(ForeignFileError) {
        path = bytes.file.path
        model = try ONNXModel(bytes)
        producer = model.producer
        opset = model.opset
        self.folder = folder
        externalFiles = Set((model.initializers + model.constants).compactMap(\.externalFile)).sorted()
        weights = model.initializers.map { WeightEntry(name: $0.name, type: $0.typeName, shape: $0.shape) }
        tensors = Dictionary(uniqueKeysWithValues: model.initializers.map { ($0.name, $0) })
    }

    public func tensor(_ name: String) throws(ModelFileError) -> Tensor {
        guard let tensor = tensors[name] else { throw missing(name, among: weights.map(\.name)) }
        do { return try tensor.tensor(folder: folder) } catch { throw ModelFileError(error) }
    }

    /// The network and the way to its weights: what the graph computes for its first output.
    ///
    /// Layers keep the names of the modules that they were, as far as the file has them.
    /// - Parameter imageSize: `[height, width]` of the images; `nil` takes what the file says.
    /// - Throws: `ModelFileError` that names every node that cannot be read.
    public func model(imageSize: [Int]? = nil) throws(ModelFileError) -> ModelFile {
        let converted: ONNXNetwork
        do {
            converted = try ONNXNetwork(model, name: name, imageSize: imageSize, constants: constants())
        } catch {
            throw ModelFileError(path: path, error.what, fix: error.fix)
        }
        let parameters = converted.parameters
        return ModelFile(path: path, network: converted.network, input: inputContract) { () throws(ModelFileError) in
            var weights: [String: Tensor] = [:]
            for (name, constant) in parameters { weights[name] = try constant.load() }
            return weights
        }
    }

    /// What is known of the images, where the file has the notes of Windows ML.
    ///
    /// Source: onnx/onnx, `docs/MetadataProps.md`.
    private var inputContract: InputContract? {
        guard let range = model.metadata["Image.NominalPixelRange"] else { return nil }
        let order: InputContract.Order = model.metadata["Image.BitmapPixelFormat"] == "Bgr8" ? .bgr : .rgb
        return switch range {
        case "NominalRange_0_255": InputContract(order: order, range: 255)
        case "Normalized_0_1": InputContract(order: order)
        case "Normalized_1_1": InputContract(order: order, mean: [0.5], std: [0.5])
        default: nil
        }
    }

    /// The file's, without its extension: exporters call most graphs alike.
    private var name: String {
        let file = path.split(separator: "/").last ?? ""
        return file.hasSuffix(".onnx") ? String(file.dropLast(5)) : String(file)
    }

    private func constants() -> [String: ONNXConstant] {
        var constants: [String: ONNXConstant] = [:]
        for tensor in model.initializers + model.constants {
            constants[tensor.name] = ONNXConstant(
                name: tensor.name, shape: tensor.shape, integers: (try? tensor.integers()) ?? nil
            ) { [folder] () throws(ModelFileError) in
                do throws(ForeignFileError) {
                    return try tensor.tensor(folder: folder)
                } catch { throw ModelFileError(error) }
            }
        }
        return constants
    }
}
