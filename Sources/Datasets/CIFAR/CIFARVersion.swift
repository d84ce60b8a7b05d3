/// One of the versions in which CIFAR is published: what its files are called and what is in them.
struct CIFARVersion: Sendable {
    /// Of the archive as published, without its extension: `cifar-10-binary`.
    var archive: String

    /// Folder that the archive unpacks to.
    var innerFolder: String

    /// All that are there are read, in this order.
    var trainingFiles: [String]

    /// The first that is there is read.
    var testFiles: [String]

    /// File of class names; without it the published names are taken.
    var namesFile: String

    var encoding: Encoding

    enum Encoding: Sendable {
        /// Records of label bytes, then 1,024 bytes each of red, green and blue; the label at `labelIndex` counts.
        case binary(labelBytes: Int, labelIndex: Int)

        /// A dictionary pickled by Python, with the keys of labels and, in the file of names, of class names.
        case pickle(labels: String, names: String)
    }

    func files(_ split: DatasetSpecification.Split) -> [String] { split == .train ? trainingFiles : testFiles }

    static let cifar10 = [
        CIFARVersion(
            archive: "cifar-10-binary", innerFolder: "cifar-10-batches-bin",
            trainingFiles: (1...5).map { "data_batch_\($0).bin" },
            testFiles: ["test_batch.bin", "test_batch_first1000.bin"], namesFile: "batches.meta.txt",
            encoding: .binary(labelBytes: 1, labelIndex: 0)),
        CIFARVersion(
            archive: "cifar-10-python", innerFolder: "cifar-10-batches-py",
            trainingFiles: (1...5).map { "data_batch_\($0)" }, testFiles: ["test_batch"], namesFile: "batches.meta",
            encoding: .pickle(labels: "labels", names: "label_names")),
    ]

    /// - Parameter labels: `fine` or `coarse`.
    static func cifar100(labels: String) -> [CIFARVersion] {
        [
            CIFARVersion(
                archive: "cifar-100-binary", innerFolder: "cifar-100-binary", trainingFiles: ["train.bin"],
                testFiles: ["test.bin"], namesFile: "\(labels)_label_names.txt",
                encoding: .binary(labelBytes: 2, labelIndex: labels == "fine" ? 1 : 0)),
            CIFARVersion(
                archive: "cifar-100-python", innerFolder: "cifar-100-python", trainingFiles: ["train"],
                testFiles: ["test"], namesFile: "meta",
                encoding: .pickle(labels: "\(labels)_labels", names: "\(labels)_label_names")),
        ]
    }
}
