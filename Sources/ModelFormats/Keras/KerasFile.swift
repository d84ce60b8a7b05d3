package import ForeignFiles
package import JSONValues
package import NeuralNetwork
public import Tensors

/// Weights, or a whole model, that Keras 1, 2 or 3 wrote: an HDF5 file (`.h5`, `.weights.h5`) or a `.keras` archive.
///
/// Tensors have the names and the order of axes of this program: `block1_conv1.weight` is `[out, in, height, width]`
/// where the file has `block1_conv1/kernel:0` as `[height, width, in, out]`.
public struct KerasFile: WeightFile {
    public let path: String
    public let weights: [WeightEntry]
    public let flattensChannelsLast = true
    /// The configuration of the model; `nil` for a file of weights only.
    let architecture: JSONValue?
    let variables: KerasVariables

    private let indices: [String: Int]

    /// Whether an archive is one: it has a model's configuration and its weights.
    static func isKeras(_ archive: ZipArchive) -> Bool {
        archive.entry(named: "config.json") != nil && archive.entry(named: "model.weights.h5") != nil
    }

    /// Opens a file and lists its weights.
    /// - Throws: `ModelFileError` when it is damaged or holds nothing of Keras.
    public init(path: String) throws(ModelFileError) {
        do { try self.init(MappedFile(path: path).bytes) } catch { throw ModelFileError(error) }
    }

    /// Reads a file from its bytes.
    package init(_ bytes: ForeignBytes) throws(ForeignFileError) {
        path = bytes.file.path
        let configuration: [UInt8]?
        if ZipArchive.isZip(bytes) {
            let archive = try ZipArchive(bytes)
            guard let config = archive.entry(named: "config.json"),
                let weights = archive.entry(named: "model.weights.h5")
            else {
                throw bytes.error(
                    at: 0, "the archive has no config.json and model.weights.h5", fix: "save it with model.save(path)")
            }
            configuration = try archive.contents(of: config).array
            variables = try KerasVariables(archive.contents(of: weights).openHDF5())
        } else {
            let root = try bytes.openHDF5()
            configuration = try root.attribute("model_config").flatMap { attribute throws(ForeignFileError) in
                try attribute.strings().first.map { Array($0.utf8) }
            }
            variables = try KerasVariables(root)
        }
        architecture = try configuration.map { text throws(ForeignFileError) in
            do { return try JSONDocument(parsing: text, limit: Network.textLimit).root } catch {
                throw bytes.error(at: 0, "the configuration of the model is no JSON: \(error)")
            }
        }
        guard architecture != nil || !variables.all.isEmpty else {
            throw ForeignFileError(
                path: path, "the HDF5 file holds no weights of Keras",
                fix: "save them with model.save(path) or model.save_weights(path)")
        }
        weights = variables.all.map {
            WeightEntry(name: $0.name, type: $0.dataset.datatype.description, shape: $0.shape)
        }
        indices = Dictionary(weights.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    public func tensor(_ name: String) throws(ModelFileError) -> Tensor {
        guard let index = indices[name] else { throw missing(name, among: weights.map(\.name)) }
        let variable = variables.all[index]
        return try variable.order.tensor(of: variable.dataset)
    }

    /// The network of the file and the way to its weights; `nil` for a file of weights only.
    ///
    /// Nothing is known of its input but its shape: Keras leaves the preparation of pixels to the program around it.
    ///
    /// - Parameter imageSize: `[height, width]` of the images; `nil` takes what the file says.
    /// - Throws: `ModelFileError` naming the layer that is not understood.
    public func model(imageSize: [Int]? = nil) throws(ModelFileError) -> ModelFile? {
        guard let architecture else { return nil }
        let (translation, network) = try Self.translated(architecture, imageSize: imageSize, path: path)
        return ModelFile(path: path, network: network) { [variables] () throws(ModelFileError) in
            try translation.weights(from: variables, for: network)
        }
    }

    /// The network that a model's configuration describes.
    package static func network(of architecture: JSONValue, path: String) throws(ModelFileError) -> Network {
        try translated(architecture, imageSize: nil, path: path).network
    }

    private static func translated(
        _ architecture: JSONValue, imageSize: [Int]?, path: String
    ) throws(ModelFileError) -> (translation: KerasTranslation, network: Network) {
        let translation = try KerasTranslation(
            KerasGraph(architecture, path: path), imageSize: imageSize, path: path)
        let network = try translation.network(named: architecture["config"]?["name"]?.string ?? "keras")
        return (translation, network)
    }
}
