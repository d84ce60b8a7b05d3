import ForeignFiles
import JSONValues

/// Numbers in a shape, read some rows at a time, by several threads at once.
protocol RowArray: Sendable {
    var shape: [Int] { get }

    /// Whether its elements are whole numbers.
    var isInteger: Bool { get }

    /// Rows that should be read together.
    var rowsPerChunk: Int { get }

    /// Elements of some rows, row by row.
    func floats(rows: Range<Int>) throws(ForeignFileError) -> [Float]
}

extension NPYArray: RowArray {
    var isInteger: Bool { type.kind == .unsigned || type.kind == .signed }
    var rowsPerChunk: Int { 1 }
}

extension HDF5Dataset: RowArray {
    var isInteger: Bool {
        if case .integer = datatype { true } else { false }
    }

    func floats(rows: Range<Int>) throws(ForeignFileError) -> [Float] { try floats(rows: Optional(rows)) }
}

/// A file of arrays, known by its content.
enum ArrayFile {
    case npy(NPYArray)
    case npz(NPZArchive)
    case hdf5(HDF5Object, path: String)

    /// Images of mostly one colour shrink to a hundredth and less; what was never written takes no place at all.
    private static let largestCompression = 64

    init(path: String) throws(DatasetError) {
        do throws(ForeignFileError) {
            let bytes = try MappedFile(path: path).bytes
            if NPYArray.isNPY(bytes) {
                self = .npy(try NPYArray(bytes))
            } else if ZipArchive.isZip(bytes) {
                self = .npz(try NPZArchive(bytes))
            } else if bytes.isHDF5 {
                self = .hdf5(try bytes.openHDF5(), path: path)
            } else {
                throw ForeignFileError(
                    path: path, "is neither NPY, NPZ nor HDF5",
                    fix: "save the arrays with np.save, np.savez or h5py, or set 'format' to what the file is")
            }
        } catch { throw .foreign(error) }
    }

    /// An array by its name; the only one of an NPY file has any name.
    func array(named name: String) throws(DatasetError) -> (any RowArray)? {
        do throws(ForeignFileError) {
            switch self {
            case .npy(let array): return array
            case .npz(let archive): return try archive.array(named: name)
            case .hdf5(let root, let path):
                guard let object = try root.object(name), !object.isGroup else { return nil }
                let dataset = try object.dataset()
                guard dataset.count / Self.largestCompression <= root.sizeLimit else {
                    throw ForeignFileError(
                        path: path, place: "array '\(name)'",
                        "claims the shape \(dataset.shape), more than a file of this size can hold",
                        fix: "write the values of the array, or make it smaller")
                }
                return dataset
            }
        } catch { throw .foreign(error) }
    }

    /// Names of the arrays in it.
    func names() throws(DatasetError) -> [String] {
        switch self {
        case .npy: return []
        case .npz(let archive): return archive.names
        case .hdf5(let root, _):
            do throws(ForeignFileError) {
                return try root.descendants().filter { !$0.isGroup }.map { String($0.path.drop { $0 == "/" }) }
            } catch { throw .foreign(error) }
        }
    }
}
