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
        do { try self.init(sniffing: MappedFile(path: path).bytes) } catch { throw ModelFileError(error) }
    }

    init(sniffing bytes: ForeignBytes) throws(ForeignFileError) {
        let archive = ZipArchive.isZip(bytes) ? try? ZipArchive(bytes) : nil
        if bytes.isHDF5 || archive.map(KerasFile.isKeras) == true {
            self = .keras
        } else if archive.map(PyTorchFile.isPyTorch) ?? PyTorchFile.isPyTorch(bytes) {
            self = .pyTorch
        } else if bytes.count >= 10, bytes.hasBytes([UInt8(ascii: "{")], at: 8) {
            self = .safetensors
        } else if ONNXFile.isONNX(bytes) {
            self = .onnx
        } else {
            throw ForeignFileError(
                path: bytes.file.path, "is no kind of weight file that is read (\(Self.namesInWords))",
                fix: "save the weights as safetensors, or with torch.save(model.state_dict(), path)")
        }
    }
}

/// Opens a file of weights of any kind that is read.
/// - Throws: `ModelFileError` saying what is wrong.
public func openWeightFile(_ path: String) throws(ModelFileError) -> any WeightFile {
    let bytes: ForeignBytes
    do {
        bytes = try MappedFile(path: path).bytes
        switch try WeightFileFormat(sniffing: bytes) {
        case .pyTorch: return try PyTorchFile(bytes)
        case .keras: return try KerasFile(bytes)
        case .onnx: return try ONNXFile(bytes, folder: ONNXFile.folder(of: path))
        case .safetensors: break
        }
    } catch { throw ModelFileError(error) }
    return try SafetensorsFile(bytes)
}

/// Other files that hold numbers of a weight file, as large ONNX models have them: paths relative to its folder.
/// - Throws: `ModelFileError` saying what is wrong with the file itself; the others are not looked at.
public func externalFiles(ofWeights path: String) throws(ModelFileError) -> [String] {
    (try openWeightFile(path) as? ONNXFile)?.externalFiles ?? []
}

extension ModelFileError {
    init(_ error: ForeignFileError) {
        self.init(path: error.path, (error.place.isEmpty ? "" : error.place + ": ") + error.what, fix: error.fix)
    }
}
