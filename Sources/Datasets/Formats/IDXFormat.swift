/// MNIST and the data sets that took over its four files.
struct IDXFormat: DatasetFormat {
    let name: String
    let summary: String
    let classNames: [String]
    let needsPath = true

    static let mnist = IDXFormat(
        name: "mnist", summary: "Handwritten digits, 1×28×28, 60,000 for training and 10,000 for testing (IDX files).",
        classNames: (0...9).map(String.init))

    static let fashionMNIST = IDXFormat(
        name: "fashion-mnist",
        summary: "Clothes, 1×28×28, 60,000 for training and 10,000 for testing (IDX files; Xiao et al. 2017).",
        classNames: [
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
        ])

    static let kuzushijiMNIST = IDXFormat(
        name: "kmnist",
        summary: "Cursive Japanese characters, 1×28×28, 60,000 and 10,000 (IDX files; Clanuwat et al. 2018).",
        classNames: ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"])

    func locate(_ specification: DatasetSpecification, at places: DatasetPlaces) throws(DatasetError) -> [DatasetFile] {
        let folder = places.folder
        let prefix = specification.split == .train ? "train" : "t10k"
        var files: [DatasetFile] = []
        for (name, suffix) in [("images", "idx3"), ("labels", "idx1")] {
            let spellings = ["\(prefix)-\(name)-\(suffix)-ubyte", "\(prefix)-\(name).\(suffix)-ubyte"]
            let path = try Folder.firstFile(
                of: spellings.flatMap { [$0, $0 + ".gz"] }, below: folder, inner: ["raw"], format: self.name)
            files.append(DatasetFile(name: name, path: path))
        }
        return files
    }

    func describe(
        _ specification: DatasetSpecification, files: [DatasetFile], decodesAll: Bool, threads: Int
    ) throws(DatasetError) -> DatasetDescription {
        let (images, labels) = try headers(of: files)
        let adjustment = Adjustment(specification)
        return DatasetDescription(
            specification: specification,
            sampleShape: try adjustment.shape(of: [1] + images.shape[1...], file: images.path),
            count: try specification.selection(of: labels.shape[0], place: images.path).count,
            classNames: classNames, files: files.map(\.name))
    }

    func open(_ description: DatasetDescription, files: [DatasetFile]) throws(DatasetError) -> DatasetContents {
        let (images, labels) = try headers(of: files)
        let selection = try description.specification.selection(of: images.shape[0], place: images.path)
        let order = RowOrder(selection)
        let runs = order.runs
        let classes = try labels.records(runs)
        if let wrong = classes.firstIndex(where: { $0 >= classNames.count }) {
            throw .labelOutOfRange(
                path: labels.path, offset: 8 + order.rows[wrong], label: Int(classes[wrong]),
                classes: classNames.count)
        }
        let recordLength = images.recordLength
        let shape = [1] + images.shape[1...]
        let source = MemorySource(
            pixels: try images.records(runs), recordLength: recordLength, records: order.places)
        return DatasetContents(
            source: Adjustment(description.specification).applied(to: source, shape: shape),
            labels: order.places.map { Int(classes[$0]) },
            sampleIDs: selection.map { "\(description.specification.split.rawValue)/\($0)" })
    }

    private func headers(of files: [DatasetFile]) throws(DatasetError) -> (images: IDXFile, labels: IDXFile) {
        let images = try IDXFile(path: files.path(of: "images"), kind: .images)
        let labels = try IDXFile(path: files.path(of: "labels"), kind: .labels)
        guard images.shape[0] == labels.shape[0] else {
            throw .countsDiffer(
                images: images.path, imageCount: images.shape[0], labels: labels.path, labelCount: labels.shape[0])
        }
        return (images, labels)
    }
}

extension [DatasetFile] {
    func path(of name: String) throws(DatasetError) -> String {
        guard let file = first(where: { $0.name == name }) else { throw .fileNotGiven(name: name) }
        return file.path
    }
}
