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
    /// Values of ``DatasetSpecification/format``, each format's other names behind its own.
    public static let names = allDatasetFormats.flatMap { [$0.name] + $0.otherNames }

    /// A sentence about each format, behind its name.
    public static let summaries = allDatasetFormats.map { "'\($0.name)': \($0.summary)" }

    /// Whether a format reads files, so that a folder must be given.
    public static func needsPath(_ name: String) throws(DatasetError) -> Bool { try format(named: name).needsPath }

    /// A format's own name, from any of its names.
    public static func ownName(of name: String) throws(DatasetError) -> String { try format(named: name).name }

    static func format(named name: String) throws(DatasetError) -> any DatasetFormat {
        guard let format = allDatasetFormats.first(where: { $0.name == name || $0.otherNames.contains(name) }) else {
            throw .unknownFormat(name, known: names)
        }
        return format
    }
}
