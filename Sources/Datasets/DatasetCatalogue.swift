/// The one list of formats.
let allDatasetFormats: [any DatasetFormat] = [
    ShapesFormat(),
    IDXFormat.mnist,
    IDXFormat.fashionMNIST,
    IDXFormat.kuzushijiMNIST,
    CIFARFormat.cifar10,
    CIFARFormat.cifar100,
    CIFARFormat.cifar100Superclasses,
    ImageFolderFormat(),
    ArraysFormat(),
]

/// What kinds of data sets can be read.
public enum DatasetCatalogue {
    /// Values of ``DatasetSpecification/format``.
    public static let names = allDatasetFormats.map(\.name)

    /// A sentence about each format, in the order of ``names``.
    public static let summaries = allDatasetFormats.map(\.summary)

    /// Whether a format reads files, so that a folder must be given.
    public static func needsPath(_ name: String) throws(DatasetError) -> Bool { try format(named: name).needsPath }

    static func format(named name: String) throws(DatasetError) -> any DatasetFormat {
        guard let format = allDatasetFormats.first(where: { $0.name == name }) else {
            throw .unknownFormat(name, known: names)
        }
        return format
    }
}
