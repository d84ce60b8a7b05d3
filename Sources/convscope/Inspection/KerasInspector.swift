import ModelFormats

extension FileInspector {
    /// Comes before `hdf5`, and leaves HDF5 files to it that hold nothing of Keras.
    static let keras = FileInspector(name: "Keras", format: .keras) { path in
        let file: KerasFile
        do { file = try KerasFile(path: path) } catch {
            guard hdf5.recognizes(path, .keras) else { throw error }
            return try hdf5.describe(path)
        }
        let tensors = [table(file.weights), Words.counted(file.weights.count, "tensor")].filter { !$0.isEmpty }
        return (tensors + network { () throws(ModelFileError) in try file.model() }).joined(separator: "\n")
    }
}
