import ForeignFiles

/// A batch or a file of names of CIFAR's Python version, read without Python.
struct CIFARPickle {
    private let pickle: Pickle

    init(_ file: CIFARFile) throws(DatasetError) {
        let bytes = MappedFile(bytes: try file.bytes(0..<file.size), path: file.path).bytes
        do throws(ForeignFileError) { pickle = try Pickle(bytes, globals: .data) } catch { throw .foreign(error) }
    }

    /// The labels that a key has, one per sample.
    func labels(_ key: String) throws(DatasetError) -> [Int] {
        let values = try list(key)
        let labels = values.compactMap(pickle.integer)
        guard labels.count == values.count, !labels.isEmpty else {
            throw error("its '\(key)' are no whole numbers, or none at all")
        }
        return labels
    }

    func names(_ key: String) throws(DatasetError) -> [String] {
        let values = try list(key)
        let names = values.compactMap(pickle.text)
        guard names.count == values.count else { throw error("its '\(key)' are no texts") }
        return names
    }

    /// The pictures of some samples.
    func pixels(_ range: Range<Int>, recordLength: Int) throws(DatasetError) -> [UInt8] {
        let array: PickledArray?
        do throws(ForeignFileError) {
            if let data = pickle.value("data", of: pickle.root) { array = try pickle.array(data) } else { array = nil }
        } catch { throw .foreign(error) }
        guard let array, array.type == "u1", array.shape.count == 2, array.shape[1] == recordLength,
            !array.isColumnMajor, array.shape[0] >= range.upperBound
        else { throw error("its 'data' are no array of samples of \(recordLength) bytes, as many as labels") }
        return Array(array.bytes[range.lowerBound * recordLength..<range.upperBound * recordLength])
    }

    func error(_ what: String) -> DatasetError {
        .foreign(pickle.error(what, fix: "take the files of the Python version of CIFAR as they were published"))
    }

    private func list(_ key: String) throws(DatasetError) -> [PickleValue] {
        guard let values = pickle.value(key, of: pickle.root).flatMap(pickle.elements) else {
            throw error("is no dictionary with a list '\(key)'")
        }
        return values
    }
}
