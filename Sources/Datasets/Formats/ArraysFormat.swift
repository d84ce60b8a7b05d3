import ForeignFiles

/// Images and labels as arrays of NumPy or HDF5.
struct ArraysFormat: DatasetFormat {
    let name = "arrays"
    let otherNames = ["npy", "hdf5"]
    let summary =
        "Arrays of images and labels: an .npz or HDF5 file, an .npy file, or a folder of them; any kind of number."
    let needsPath = true

    /// What a file of several arrays is called among the files of a data set.
    static let togetherName = "arrays"

    /// Class names are made of labels, so there must not be a label beyond all classes.
    private static let largestLabel: Float = 65_535

    func locate(_ specification: DatasetSpecification, at places: DatasetPlaces) throws(DatasetError) -> [DatasetFile] {
        let path = places.folder
        let isFile = Folder.kind(of: path) == .file
        if isFile, !path.hasSuffix(".npy") { return [DatasetFile(name: Self.togetherName, path: path)] }
        // Which labels go with one file of images, only a name that is given can tell.
        let folder = isFile ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) : path
        let images = LabelledArrays.imageNames(specification).map { $0 + ".npy" }
        let labels =
            isFile && specification.labels == nil
            ? [] : LabelledArrays.labelNames(specification).map { $0 + ".npy" }
        let imageFile = isFile ? path : try Folder.firstFile(of: images, below: folder, inner: [], format: name)
        let labelFile = labels.map { "\(folder)/\($0)" }.first { Folder.kind(of: $0) == .file }
        if specification.labels != nil, labelFile == nil {
            _ = try Folder.firstFile(of: labels, below: folder, inner: [], format: name)
        }
        return [DatasetFile(name: "images", path: imageFile)]
            + (labelFile.map { [DatasetFile(name: "labels", path: $0)] } ?? [])
    }

    func describe(
        _ specification: DatasetSpecification, files: [DatasetFile], decodesAll: Bool, threads: Int
    ) throws(DatasetError) -> DatasetDescription {
        let arrays = try LabelledArrays(specification, files: files)
        let images = try ArrayImages(arrays, specification)
        let place = arrays.imagesPlace.path
        let labels = try labels(of: arrays)
        let adjustment = Adjustment(specification)
        return DatasetDescription(
            specification: specification,
            sampleShape: try adjustment.shape(of: images.shape, file: place),
            count: try specification.selection(of: arrays.images.shape[0], place: place).count,
            classNames: labels?.max().map { (0...$0).map(String.init) } ?? [], files: files.map(\.name),
            precision: adjustment.keeps(images.shape) ? images.precision : .byte)
    }

    func open(_ description: DatasetDescription, files: [DatasetFile]) throws(DatasetError) -> DatasetContents {
        let specification = description.specification
        let arrays = try LabelledArrays(specification, files: files)
        let images = try ArrayImages(arrays, specification)
        let selection = try specification.selection(of: arrays.images.shape[0], place: arrays.imagesPlace.path)
        let labels = try labels(of: arrays)
        return DatasetContents(
            source: Adjustment(specification).applied(
                to: try images.source(arrays.images, rows: selection), shape: images.shape),
            labels: labels.map { labels in selection.map { labels[$0] } },
            sampleIDs: selection.map { "\(specification.split.rawValue)/\($0)" })
    }

    /// The labels of all samples, selected or not: they say how many classes there are.
    private func labels(of arrays: LabelledArrays) throws(DatasetError) -> [Int]? {
        guard let array = arrays.labels, let place = arrays.labelsPlace else { return nil }
        guard array.shape.count == 1 || array.shape.count == 2 && array.shape[1] == 1 else {
            throw place.error(
                "has the shape \(array.shape), but labels are one number for each sample",
                fix: "store the number of the class, of one-hot rows their argmax")
        }
        let numbers: [Float]
        do throws(ForeignFileError) { numbers = try array.floats(rows: 0..<array.shape[0]) } catch {
            throw .foreign(error)
        }
        if let wrong = numbers.firstIndex(where: { !($0 >= 0 && $0 <= Self.largestLabel && $0.rounded() == $0) }) {
            throw place.error(
                "label \(wrong) is \(numbers[wrong]), expected whole numbers in 0...65535",
                fix: "number the classes from 0 on")
        }
        return numbers.map { Int($0) }
    }
}
