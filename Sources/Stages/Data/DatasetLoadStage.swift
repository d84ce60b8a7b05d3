import Datasets
import JSONValues
public import Pipeline
import Storage

/// Describes labelled images for other stages to read.
///
/// The output holds no pixels: it says which files, which of their images and how they are cut, and names the files by
/// digest. Pixels stay raw; what a network wants done to them is part of the model.
public struct DatasetLoadStage: Stage {
    public static let name = "dataset.load"
    public static let version = 1
    public static let summary =
        "Opens a set of labelled images: built-in shapes, MNIST, CIFAR, a folder of pictures, or arrays."
    public static let details = """
        Formats: \(DatasetCatalogue.names.joined(separator: ", ")). 'path' is the folder that holds the files (not \
        needed for 'shapes'), or an archive of CIFAR, an .npz or an HDF5 file. 'resize' scales the shorter side, 'crop' cuts out the centre.
        """

    static let dataset = Output("dataset", kind: "dataset", "Description with digests of the files, not the pixels")
    public static let outputs = [dataset]

    @Parameter("The format of the files.") var format: DatasetFormatName
    @Parameter("Folder that holds the files, or the one file.") var path: String?
    @Parameter("Which part of the data.") var split: DatasetSpecification.Split = .train
    @Parameter("Leaves out that many images at the start.", in: 0...) var offset: Int = 0
    @Parameter("Takes at most that many images.", in: 1...) var limit: Int?
    @Parameter("Takes images in seeded random order, before offset and limit.") var shuffle: Bool = false
    @Parameter("Seed of the order, and of the images of 'shapes'.", in: 0...) var seed: Int = 0
    @Parameter("Number of images of 'shapes'.", in: 1...10_000_000) var count: Int?
    @Parameter("Length of the shorter side after scaling, in pixels.", in: 1...4096) var resize: Int?
    @Parameter("Side of the square cut out of the centre, in pixels.", in: 1...4096) var crop: Int?
    @Parameter("Colour or gray; what the files hold if absent.") var color: DatasetSpecification.ColorMode?
    @Parameter("Whether a picture that cannot be read ends the run or is left out and counted.")
    var onError: DatasetSpecification.FailurePolicy = .fail

    @Parameter("Of 'arrays': the array of images; x_train, train_images, images or x if absent.") var images: String?
    @Parameter("Of 'arrays': the array of labels; y_train, train_labels, labels or y if absent.") var labels: String?
    @Parameter("Of 'arrays': which axis after the samples counts channels; the one of length 1 or 3 if absent.")
    var channels: DatasetSpecification.ChannelAxis?
    @Parameter("Of 'arrays': the number of full intensity; 255 for integers and 1 for other numbers if absent.")
    var white: Double?

    public init() {}

    public func validate() throws(ParameterError) {
        if format.needsPath, path == nil {
            throw ParameterError(
                parameter: "path", "is required for the format '\(format.rawValue)'",
                fix: "add \"path\": the folder that holds the files")
        }
        if let white, !(white > 0 && white.isFinite) {
            throw ParameterError(parameter: "white", "is \(white)", fix: "write a number above 0, 255 or 1 for example")
        }
    }

    public func externalFiles(_ resolver: PathResolver) throws -> [ExternalFile]? {
        guard let path, format.needsPath else { return [] }
        let folder = try resolver.existing(path, parameter: "path")
        do {
            return try specification.files(at: folder).map {
                ExternalFile(path: $0.path, parameter: "path", name: $0.name)
            }
        } catch {
            throw ParameterError(
                parameter: "path", error.place.map { "\($0): \(error.what)" } ?? error.what, fix: error.fix)
        }
    }

    public func check(_ io: CheckIO) throws {
        do {
            let description = try DatasetDescription(checking: specification, files: files(io.resolver))
            io.describe(
                Self.dataset,
                as: DatasetSummary(
                    sampleShape: description.sampleShape, count: description.count, classNames: description.classNames))
        } catch {
            io.problem(
                parameter: path == nil ? "format" : "path", error.place.map { "\($0): \(error.what)" } ?? error.what,
                fix: error.fix)
        }
    }

    public func run(_ io: StageIO) throws {
        let files = try files(io.resolver)
        let description = try DatasetDescription(of: specification, files: files, threads: io.threads)
        let skipped = description.skipped + specification.unreadableFiles(at: path.map { io.resolver.absolute($0) })
        if !skipped.isEmpty {
            io.warn(
                skipped.count == 1
                    ? "1 picture cannot be read and is left out: \(skipped[0])"
                    : "\(skipped.count) pictures cannot be read and are left out, \(skipped[0]) first"
            )
        }
        try DatasetArtifact.write(
            description,
            digests: Dictionary(
                uniqueKeysWithValues: files.map { ($0.name, try io.digest(ofExternalFile: $0.path)) }),
            to: io.path(Self.dataset, "json"))
        io.metric("images", Double(description.count))
        try DatasetSection.write(description, io)
    }

    private func files(_ resolver: PathResolver) throws(DatasetError) -> [DatasetFile] {
        try specification.files(at: path.map { resolver.absolute($0) })
    }

    private var specification: DatasetSpecification {
        var specification = DatasetSpecification(format: format.rawValue)
        specification.split = split
        specification.offset = offset
        specification.limit = limit
        specification.shuffle = shuffle
        specification.seed = seed
        specification.count = count
        specification.resize = resize
        specification.crop = crop
        specification.color = color
        specification.onError = onError
        specification.images = images
        specification.labels = labels
        specification.channels = channels
        specification.white = white
        return specification
    }
}
