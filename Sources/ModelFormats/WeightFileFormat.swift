import ForeignFiles

/// The kinds of weight files that are read. A file is known by its first bytes, never by its name.
public enum WeightFileFormat: String, Sendable, CaseIterable {
    case pyTorch = "PyTorch"
    case safetensors
    case keras = "Keras"
    case onnx = "ONNX"

    /// `PyTorch, safetensors, Keras`
    public static var namesInWords: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// - Throws: `ModelFileError` when the file cannot be read, or is of no known kind.
    public init(sniffing path: String) throws(ModelFileError) {
        let bytes: ForeignBytes
        do { bytes = try MappedFile(path: path).bytes } catch { throw ModelFileError(error) }
        if KerasFile.isKeras(bytes) {
            self = .keras
        } else if PyTorchFile.isPyTorch(bytes) {
            self = .pyTorch
        } else if bytes.count >= 10, bytes.hasBytes([UInt8(ascii: "{")], at: 8) {
            self = .safetensors
        } else if ONNXFile.isONNX(bytes) {
            self = .onnx
        } else {
            throw ModelFileError(
                path: path,
                "is no kind of weight file that is read (\(Self.namesInWords))",
                fix: "save the weights as safetensors, or with torch.save(model.state_dict(), path)")
        }
    }
}

/// Opens a file of weights of any kind that is read.
/// - Throws: `ModelFileError` saying what is wrong.
public func openWeightFile(_ path: String) throws(ModelFileError) -> any WeightFile {
    switch try WeightFileFormat(sniffing: path) {
    case .pyTorch: try PyTorchFile(path: path)
    case .safetensors: try SafetensorsFile(path: path)
    case .keras: try KerasFile(path: path)
    case .onnx: try ONNXFile(path: path)
    }
}

/// Other files that hold numbers of a weight file, as large ONNX models have them: paths relative to its folder.
/// - Throws: `ModelFileError` saying what is wrong with the file itself; the others are not looked at.
public func externalFiles(ofWeights path: String) throws(ModelFileError) -> [String] {
    guard try WeightFileFormat(sniffing: path) == .onnx else { return [] }
    return try ONNXFile(path: path).externalFiles
}

extension ModelFileError {
    init(_ error: ForeignFileError) {
        self.init(path: error.path, (error.place.isEmpty ? "" : error.place + ": ") + error.what, fix: error.fix)
    }
}
