import ModelFormats

extension FileInspector {
    /// Comes before `hdf5`: of the HDF5 files, it takes those that hold weights of Keras.
    static let keras = FileInspector(name: "Keras", recognizes: { (try? KerasFile(path: $0)) != nil }) { path in
        let file = try KerasFile(path: path)
        let tensors = [table(file.weights), Words.counted(file.weights.count, "tensor")]
        return (tensors + network { () throws(ModelFileError) in try file.model() }).joined(separator: "\n")
    }
}
